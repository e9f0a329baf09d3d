# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'confirm_dialog.ui'
##
## Created by: Qt User Interface Compiler version 6.11.3
##
## WARNING! All changes made in this file will be lost when recompiling UI file!
################################################################################

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.diff_view import DiffView
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

class Ui_ConfirmDialog(object):
    def setupUi(self, ConfirmDialog):
        if not ConfirmDialog.objectName():
            ConfirmDialog.setObjectName(u"ConfirmDialog")
        self.column = QVBoxLayout(ConfirmDialog)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 32, 32, 32)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.icon = StatusIcon(ConfirmDialog)
        self.icon.setObjectName(u"icon")
        self.icon.setMinimumSize(QSize(40, 40))
        self.icon.setMaximumSize(QSize(40, 40))

        self.top.addWidget(self.icon)

        self.title_label = PlainText(ConfirmDialog)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"title")
        self.title_label.setProperty(u"tone", u"text1")
        self.title_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.title_label.sizePolicy().hasHeightForWidth())
        self.title_label.setSizePolicy(sizePolicy)

        self.top.addWidget(self.title_label)


        self.column.addLayout(self.top)

        self.loss_label = PlainText(ConfirmDialog)
        self.loss_label.setObjectName(u"loss_label")
        self.loss_label.setProperty(u"role", u"plain")
        self.loss_label.setProperty(u"tone", u"text2")
        self.loss_label.setWordWrap(True)
        self.loss_label.setMinimumSize(QSize(560, 0))

        self.column.addWidget(self.loss_label)

        self.plan_label = PlainText(ConfirmDialog)
        self.plan_label.setObjectName(u"plan_label")
        self.plan_label.setProperty(u"role", u"note")
        self.plan_label.setProperty(u"tone", u"text2")
        self.plan_label.setWordWrap(True)

        self.column.addWidget(self.plan_label)

        self.diff_view = DiffView(ConfirmDialog)
        self.diff_view.setObjectName(u"diff_view")
        self.diff_view.setMinimumSize(QSize(880, 340))

        self.column.addWidget(self.diff_view)

        self.spacer_1 = QSpacerItem(0, 24, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_1)

        self.verbs = QHBoxLayout()
        self.verbs.setSpacing(16)
        self.verbs.setObjectName(u"verbs")
        self.verbs.setContentsMargins(0, 0, 0, 0)
        self.safe_button = ActionButton(ConfirmDialog)
        self.safe_button.setObjectName(u"safe_button")
        self.safe_button.setProperty(u"kind", u"outline")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.safe_button.sizePolicy().hasHeightForWidth())
        self.safe_button.setSizePolicy(sizePolicy1)

        self.verbs.addWidget(self.safe_button)

        self.act_button = ActionButton(ConfirmDialog)
        self.act_button.setObjectName(u"act_button")
        self.act_button.setProperty(u"kind", u"outline")
        sizePolicy1.setHeightForWidth(self.act_button.sizePolicy().hasHeightForWidth())
        self.act_button.setSizePolicy(sizePolicy1)

        self.verbs.addWidget(self.act_button)


        self.column.addLayout(self.verbs)


        self.retranslateUi(ConfirmDialog)
    # setupUi

    def retranslateUi(self, ConfirmDialog):
        pass
    # retranslateUi


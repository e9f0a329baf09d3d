# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'pin_dialog.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QGridLayout, QHBoxLayout,
    QSizePolicy, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.pin_dots import PinDots
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

class Ui_PinDialog(object):
    def setupUi(self, PinDialog):
        if not PinDialog.objectName():
            PinDialog.setObjectName(u"PinDialog")
        self.column = QVBoxLayout(PinDialog)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 32, 32, 32)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.icon = StatusIcon(PinDialog)
        self.icon.setObjectName(u"icon")
        self.icon.setMinimumSize(QSize(40, 40))
        self.icon.setMaximumSize(QSize(40, 40))

        self.top.addWidget(self.icon)

        self.title_label = PlainText(PinDialog)
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

        self.dots = PinDots(PinDialog)
        self.dots.setObjectName(u"dots")
        self.dots.setMinimumSize(QSize(420, 64))

        self.column.addWidget(self.dots)

        self.told_label = PlainText(PinDialog)
        self.told_label.setObjectName(u"told_label")
        self.told_label.setProperty(u"role", u"note")
        self.told_label.setProperty(u"tone", u"text2")
        self.told_label.setWordWrap(True)
        self.told_label.setMinimumSize(QSize(0, 60))
        self.told_label.setAlignment(Qt.AlignmentFlag.AlignHCenter|Qt.AlignmentFlag.AlignTop)

        self.column.addWidget(self.told_label)

        self.keys = QGridLayout()
        self.keys.setObjectName(u"keys")
        self.keys.setHorizontalSpacing(12)
        self.keys.setVerticalSpacing(12)
        self.keys.setContentsMargins(0, 0, 0, 0)
        self.key_1 = ActionButton(PinDialog)
        self.key_1.setObjectName(u"key_1")
        self.key_1.setProperty(u"kind", u"outline")
        self.key_1.setProperty(u"role", u"title")
        self.key_1.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_1, 0, 0, 1, 1)

        self.key_2 = ActionButton(PinDialog)
        self.key_2.setObjectName(u"key_2")
        self.key_2.setProperty(u"kind", u"outline")
        self.key_2.setProperty(u"role", u"title")
        self.key_2.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_2, 0, 1, 1, 1)

        self.key_3 = ActionButton(PinDialog)
        self.key_3.setObjectName(u"key_3")
        self.key_3.setProperty(u"kind", u"outline")
        self.key_3.setProperty(u"role", u"title")
        self.key_3.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_3, 0, 2, 1, 1)

        self.key_4 = ActionButton(PinDialog)
        self.key_4.setObjectName(u"key_4")
        self.key_4.setProperty(u"kind", u"outline")
        self.key_4.setProperty(u"role", u"title")
        self.key_4.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_4, 1, 0, 1, 1)

        self.key_5 = ActionButton(PinDialog)
        self.key_5.setObjectName(u"key_5")
        self.key_5.setProperty(u"kind", u"outline")
        self.key_5.setProperty(u"role", u"title")
        self.key_5.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_5, 1, 1, 1, 1)

        self.key_6 = ActionButton(PinDialog)
        self.key_6.setObjectName(u"key_6")
        self.key_6.setProperty(u"kind", u"outline")
        self.key_6.setProperty(u"role", u"title")
        self.key_6.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_6, 1, 2, 1, 1)

        self.key_7 = ActionButton(PinDialog)
        self.key_7.setObjectName(u"key_7")
        self.key_7.setProperty(u"kind", u"outline")
        self.key_7.setProperty(u"role", u"title")
        self.key_7.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_7, 2, 0, 1, 1)

        self.key_8 = ActionButton(PinDialog)
        self.key_8.setObjectName(u"key_8")
        self.key_8.setProperty(u"kind", u"outline")
        self.key_8.setProperty(u"role", u"title")
        self.key_8.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_8, 2, 1, 1, 1)

        self.key_9 = ActionButton(PinDialog)
        self.key_9.setObjectName(u"key_9")
        self.key_9.setProperty(u"kind", u"outline")
        self.key_9.setProperty(u"role", u"title")
        self.key_9.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_9, 2, 2, 1, 1)

        self.delete_key = ActionButton(PinDialog)
        self.delete_key.setObjectName(u"delete_key")
        self.delete_key.setProperty(u"kind", u"outline")
        self.delete_key.setProperty(u"role", u"title")
        self.delete_key.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.delete_key, 3, 0, 1, 1)

        self.key_0 = ActionButton(PinDialog)
        self.key_0.setObjectName(u"key_0")
        self.key_0.setProperty(u"kind", u"outline")
        self.key_0.setProperty(u"role", u"title")
        self.key_0.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.key_0, 3, 1, 1, 1)

        self.confirm_key = ActionButton(PinDialog)
        self.confirm_key.setObjectName(u"confirm_key")
        self.confirm_key.setProperty(u"kind", u"main")
        self.confirm_key.setProperty(u"role", u"title")
        self.confirm_key.setMinimumSize(QSize(132, 84))

        self.keys.addWidget(self.confirm_key, 3, 2, 1, 1)


        self.column.addLayout(self.keys)

        self.cancel_button = ActionButton(PinDialog)
        self.cancel_button.setObjectName(u"cancel_button")
        self.cancel_button.setProperty(u"kind", u"outline")
        self.cancel_button.setMinimumSize(QSize(0, 72))
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.cancel_button.sizePolicy().hasHeightForWidth())
        self.cancel_button.setSizePolicy(sizePolicy1)

        self.column.addWidget(self.cancel_button)


        self.retranslateUi(PinDialog)
    # setupUi

    def retranslateUi(self, PinDialog):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'ladder_dialog.ui'
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
from thorhud.gui.widgets.choice_bar import ChoiceBar
from thorhud.gui.widgets.plain_text import PlainText

class Ui_LadderDialog(object):
    def setupUi(self, LadderDialog):
        if not LadderDialog.objectName():
            LadderDialog.setObjectName(u"LadderDialog")
        self.column = QVBoxLayout(LadderDialog)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 32, 32, 32)
        self.title_label = PlainText(LadderDialog)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"title")
        self.title_label.setProperty(u"tone", u"text1")
        self.title_label.setWordWrap(True)

        self.column.addWidget(self.title_label)

        self.columns = QHBoxLayout()
        self.columns.setSpacing(32)
        self.columns.setObjectName(u"columns")
        self.columns.setContentsMargins(0, 0, 0, 0)
        self.left = QVBoxLayout()
        self.left.setSpacing(12)
        self.left.setObjectName(u"left")
        self.left.setContentsMargins(0, 0, 0, 0)
        self.models_label = PlainText(LadderDialog)
        self.models_label.setObjectName(u"models_label")
        self.models_label.setProperty(u"role", u"body_strong")
        self.models_label.setProperty(u"tone", u"text1")

        self.left.addWidget(self.models_label)

        self.models = QVBoxLayout()
        self.models.setSpacing(6)
        self.models.setObjectName(u"models")
        self.models.setContentsMargins(0, 0, 0, 0)

        self.left.addLayout(self.models)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.left.addItem(self.spacer_1)


        self.columns.addLayout(self.left)

        self.right = QVBoxLayout()
        self.right.setSpacing(12)
        self.right.setObjectName(u"right")
        self.right.setContentsMargins(0, 0, 0, 0)
        self.parts_label = PlainText(LadderDialog)
        self.parts_label.setObjectName(u"parts_label")
        self.parts_label.setProperty(u"role", u"body_strong")
        self.parts_label.setProperty(u"tone", u"text1")

        self.right.addWidget(self.parts_label)

        self.parts = QVBoxLayout()
        self.parts.setSpacing(6)
        self.parts.setObjectName(u"parts")
        self.parts.setContentsMargins(0, 0, 0, 0)

        self.right.addLayout(self.parts)

        self.spacer_2 = QSpacerItem(0, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.right.addItem(self.spacer_2)

        self.repeats_label = PlainText(LadderDialog)
        self.repeats_label.setObjectName(u"repeats_label")
        self.repeats_label.setProperty(u"role", u"body_strong")
        self.repeats_label.setProperty(u"tone", u"text1")

        self.right.addWidget(self.repeats_label)

        self.repeats = ChoiceBar(LadderDialog)
        self.repeats.setObjectName(u"repeats")

        self.right.addWidget(self.repeats)

        self.repeats_note = PlainText(LadderDialog)
        self.repeats_note.setObjectName(u"repeats_note")
        self.repeats_note.setProperty(u"role", u"small")
        self.repeats_note.setProperty(u"tone", u"text2")
        self.repeats_note.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.repeats_note.sizePolicy().hasHeightForWidth())
        self.repeats_note.setSizePolicy(sizePolicy)

        self.right.addWidget(self.repeats_note)

        self.spacer_3 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.right.addItem(self.spacer_3)


        self.columns.addLayout(self.right)

        self.columns.setStretch(0, 1)
        self.columns.setStretch(1, 1)

        self.column.addLayout(self.columns)

        self.time_label = PlainText(LadderDialog)
        self.time_label.setObjectName(u"time_label")
        self.time_label.setProperty(u"role", u"strong")
        self.time_label.setProperty(u"tone", u"text1")
        self.time_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.time_label.sizePolicy().hasHeightForWidth())
        self.time_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.time_label)

        self.loss_label = PlainText(LadderDialog)
        self.loss_label.setObjectName(u"loss_label")
        self.loss_label.setProperty(u"role", u"plain")
        self.loss_label.setProperty(u"tone", u"text2")
        self.loss_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.loss_label.sizePolicy().hasHeightForWidth())
        self.loss_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.loss_label)

        self.verbs = QHBoxLayout()
        self.verbs.setSpacing(16)
        self.verbs.setObjectName(u"verbs")
        self.verbs.setContentsMargins(0, 0, 0, 0)
        self.resume_button = ActionButton(LadderDialog)
        self.resume_button.setObjectName(u"resume_button")
        self.resume_button.setProperty(u"kind", u"outline")
        self.resume_button.setProperty(u"icon_name", u"play-fill")
        self.resume_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.resume_button)

        self.spacer_4 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.verbs.addItem(self.spacer_4)

        self.stay_button = ActionButton(LadderDialog)
        self.stay_button.setObjectName(u"stay_button")
        self.stay_button.setProperty(u"kind", u"outline")
        self.stay_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.stay_button)

        self.act_button = ActionButton(LadderDialog)
        self.act_button.setObjectName(u"act_button")
        self.act_button.setProperty(u"kind", u"main")
        self.act_button.setProperty(u"icon_name", u"play-fill")
        self.act_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.act_button)


        self.column.addLayout(self.verbs)


        self.retranslateUi(LadderDialog)
    # setupUi

    def retranslateUi(self, LadderDialog):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'launch_options_dialog.ui'
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
    QLineEdit, QSizePolicy, QSpacerItem, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.choice_bar import ChoiceBar
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon
from thorhud.gui.widgets.toggle_row import ToggleRow

class Ui_LaunchOptionsDialog(object):
    def setupUi(self, LaunchOptionsDialog):
        if not LaunchOptionsDialog.objectName():
            LaunchOptionsDialog.setObjectName(u"LaunchOptionsDialog")
        self.column = QVBoxLayout(LaunchOptionsDialog)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 20, 32, 20)
        self.title_label = PlainText(LaunchOptionsDialog)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"title")
        self.title_label.setProperty(u"tone", u"text1")
        self.title_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.title_label.sizePolicy().hasHeightForWidth())
        self.title_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.title_label)

        self.fields = QGridLayout()
        self.fields.setObjectName(u"fields")
        self.fields.setHorizontalSpacing(24)
        self.fields.setVerticalSpacing(10)
        self.fields.setContentsMargins(0, 0, 0, 0)
        self.model_label = PlainText(LaunchOptionsDialog)
        self.model_label.setObjectName(u"model_label")
        self.model_label.setProperty(u"role", u"body")
        self.model_label.setProperty(u"tone", u"text2")

        self.fields.addWidget(self.model_label, 0, 0, 1, 1)

        self.model_picker = Picker(LaunchOptionsDialog)
        self.model_picker.setObjectName(u"model_picker")

        self.fields.addWidget(self.model_picker, 0, 1, 1, 1)

        self.share_label = PlainText(LaunchOptionsDialog)
        self.share_label.setObjectName(u"share_label")
        self.share_label.setProperty(u"role", u"body")
        self.share_label.setProperty(u"tone", u"text2")

        self.fields.addWidget(self.share_label, 1, 0, 1, 1)

        self.share_bar = ChoiceBar(LaunchOptionsDialog)
        self.share_bar.setObjectName(u"share_bar")

        self.fields.addWidget(self.share_bar, 1, 1, 1, 1)

        self.context_label = PlainText(LaunchOptionsDialog)
        self.context_label.setObjectName(u"context_label")
        self.context_label.setProperty(u"role", u"body")
        self.context_label.setProperty(u"tone", u"text2")

        self.fields.addWidget(self.context_label, 2, 0, 1, 1)

        self.context_bar = ChoiceBar(LaunchOptionsDialog)
        self.context_bar.setObjectName(u"context_bar")

        self.fields.addWidget(self.context_bar, 2, 1, 1, 1)

        self.at_a_time_label = PlainText(LaunchOptionsDialog)
        self.at_a_time_label.setObjectName(u"at_a_time_label")
        self.at_a_time_label.setProperty(u"role", u"body")
        self.at_a_time_label.setProperty(u"tone", u"text2")

        self.fields.addWidget(self.at_a_time_label, 3, 0, 1, 1)

        self.at_a_time_bar = ChoiceBar(LaunchOptionsDialog)
        self.at_a_time_bar.setObjectName(u"at_a_time_bar")

        self.fields.addWidget(self.at_a_time_bar, 3, 1, 1, 1)

        self.start_label = PlainText(LaunchOptionsDialog)
        self.start_label.setObjectName(u"start_label")
        self.start_label.setProperty(u"role", u"body")
        self.start_label.setProperty(u"tone", u"text2")

        self.fields.addWidget(self.start_label, 4, 0, 1, 1)

        self.start_bar = ChoiceBar(LaunchOptionsDialog)
        self.start_bar.setObjectName(u"start_bar")

        self.fields.addWidget(self.start_bar, 4, 1, 1, 1)

        self.fields.setColumnStretch(1, 1)

        self.column.addLayout(self.fields)

        self.further_row = ToggleRow(LaunchOptionsDialog)
        self.further_row.setObjectName(u"further_row")

        self.column.addWidget(self.further_row)

        self.further = QWidget(LaunchOptionsDialog)
        self.further.setObjectName(u"further")
        self.further_fields = QGridLayout(self.further)
        self.further_fields.setObjectName(u"further_fields")
        self.further_fields.setHorizontalSpacing(24)
        self.further_fields.setVerticalSpacing(10)
        self.further_fields.setContentsMargins(0, 0, 0, 0)
        self.other_label = PlainText(self.further)
        self.other_label.setObjectName(u"other_label")
        self.other_label.setProperty(u"role", u"body")
        self.other_label.setProperty(u"tone", u"text2")

        self.further_fields.addWidget(self.other_label, 0, 0, 1, 1)

        self.other_edit = QLineEdit(self.further)
        self.other_edit.setObjectName(u"other_edit")

        self.further_fields.addWidget(self.other_edit, 0, 1, 1, 1)

        self.image_label = PlainText(self.further)
        self.image_label.setObjectName(u"image_label")
        self.image_label.setProperty(u"role", u"body")
        self.image_label.setProperty(u"tone", u"text2")

        self.further_fields.addWidget(self.image_label, 0, 2, 1, 1)

        self.image_edit = QLineEdit(self.further)
        self.image_edit.setObjectName(u"image_edit")

        self.further_fields.addWidget(self.image_edit, 0, 3, 1, 1)

        self.extra_label = PlainText(self.further)
        self.extra_label.setObjectName(u"extra_label")
        self.extra_label.setProperty(u"role", u"body")
        self.extra_label.setProperty(u"tone", u"text2")

        self.further_fields.addWidget(self.extra_label, 1, 0, 1, 1)

        self.extra_edit = QLineEdit(self.further)
        self.extra_edit.setObjectName(u"extra_edit")

        self.further_fields.addWidget(self.extra_edit, 1, 1, 1, 3)

        self.further_fields.setColumnStretch(1, 1)
        self.further_fields.setColumnStretch(3, 1)

        self.column.addWidget(self.further)

        self.verdict_row = QHBoxLayout()
        self.verdict_row.setSpacing(12)
        self.verdict_row.setObjectName(u"verdict_row")
        self.verdict_row.setContentsMargins(0, 0, 0, 0)
        self.verdict_icon = StatusIcon(LaunchOptionsDialog)
        self.verdict_icon.setObjectName(u"verdict_icon")
        self.verdict_icon.setMinimumSize(QSize(30, 30))
        self.verdict_icon.setMaximumSize(QSize(30, 30))

        self.verdict_row.addWidget(self.verdict_icon)

        self.verdict_label = PlainText(LaunchOptionsDialog)
        self.verdict_label.setObjectName(u"verdict_label")
        self.verdict_label.setProperty(u"role", u"body_strong")
        self.verdict_label.setProperty(u"tone", u"text1")
        self.verdict_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.verdict_label.sizePolicy().hasHeightForWidth())
        self.verdict_label.setSizePolicy(sizePolicy)

        self.verdict_row.addWidget(self.verdict_label)


        self.column.addLayout(self.verdict_row)

        self.sum_label = PlainText(LaunchOptionsDialog)
        self.sum_label.setObjectName(u"sum_label")
        self.sum_label.setProperty(u"role", u"note")
        self.sum_label.setProperty(u"tone", u"text2")
        self.sum_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.sum_label.sizePolicy().hasHeightForWidth())
        self.sum_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.sum_label)

        self.verbs = QHBoxLayout()
        self.verbs.setSpacing(16)
        self.verbs.setObjectName(u"verbs")
        self.verbs.setContentsMargins(0, 0, 0, 0)
        self.plain_button = ActionButton(LaunchOptionsDialog)
        self.plain_button.setObjectName(u"plain_button")
        self.plain_button.setProperty(u"kind", u"outline")
        self.plain_button.setProperty(u"icon_name", u"arrow-counter-clockwise-bold")
        self.plain_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.plain_button)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.verbs.addItem(self.spacer_1)

        self.stay_button = ActionButton(LaunchOptionsDialog)
        self.stay_button.setObjectName(u"stay_button")
        self.stay_button.setProperty(u"kind", u"outline")
        self.stay_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.stay_button)

        self.act_button = ActionButton(LaunchOptionsDialog)
        self.act_button.setObjectName(u"act_button")
        self.act_button.setProperty(u"kind", u"main")
        self.act_button.setProperty(u"icon_name", u"play-fill")
        self.act_button.setProperty(u"finger", True)

        self.verbs.addWidget(self.act_button)


        self.column.addLayout(self.verbs)


        self.retranslateUi(LaunchOptionsDialog)
    # setupUi

    def retranslateUi(self, LaunchOptionsDialog):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'prompt_panel.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QHBoxLayout, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.answer_view import AnswerView
from thorhud.gui.widgets.configuration_label import ConfigurationLabel
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.status_icon import StatusIcon

class Ui_PromptPanel(object):
    def setupUi(self, PromptPanel):
        if not PromptPanel.objectName():
            PromptPanel.setObjectName(u"PromptPanel")
        PromptPanel.setProperty(u"card", True)
        self.column = QVBoxLayout(PromptPanel)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 20, 32, 20)
        self.name_row = QHBoxLayout()
        self.name_row.setSpacing(16)
        self.name_row.setObjectName(u"name_row")
        self.name_row.setContentsMargins(0, 0, 0, 0)
        self.ready_icon = StatusIcon(PromptPanel)
        self.ready_icon.setObjectName(u"ready_icon")
        self.ready_icon.setMinimumSize(QSize(42, 42))
        self.ready_icon.setMaximumSize(QSize(42, 42))

        self.name_row.addWidget(self.ready_icon)

        self.ready_label = PlainText(PromptPanel)
        self.ready_label.setObjectName(u"ready_label")
        self.ready_label.setProperty(u"role", u"ready")
        self.ready_label.setProperty(u"tone", u"green_text")

        self.name_row.addWidget(self.ready_label)

        self.configuration_label = ConfigurationLabel(PromptPanel)
        self.configuration_label.setObjectName(u"configuration_label")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.configuration_label.sizePolicy().hasHeightForWidth())
        self.configuration_label.setSizePolicy(sizePolicy)

        self.name_row.addWidget(self.configuration_label)


        self.column.addLayout(self.name_row)

        self.title_row = QHBoxLayout()
        self.title_row.setSpacing(16)
        self.title_row.setObjectName(u"title_row")
        self.title_row.setContentsMargins(0, 0, 0, 0)
        self.title_label = PlainText(PromptPanel)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"label_strong")
        self.title_label.setProperty(u"tone", u"text2")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.title_label.sizePolicy().hasHeightForWidth())
        self.title_label.setSizePolicy(sizePolicy1)

        self.title_row.addWidget(self.title_label)

        self.commands_button = ActionButton(PromptPanel)
        self.commands_button.setObjectName(u"commands_button")
        self.commands_button.setProperty(u"kind", u"quiet")
        self.commands_button.setProperty(u"icon_name", u"terminal-window-bold")
        self.commands_button.setProperty(u"role", u"label_strong")

        self.title_row.addWidget(self.commands_button)


        self.column.addLayout(self.title_row)

        self.prompt_label = PlainText(PromptPanel)
        self.prompt_label.setObjectName(u"prompt_label")
        self.prompt_label.setProperty(u"role", u"plain")
        self.prompt_label.setProperty(u"tone", u"text2")
        self.prompt_label.setWordWrap(True)
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        sizePolicy2.setHorizontalStretch(0)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.prompt_label.sizePolicy().hasHeightForWidth())
        self.prompt_label.setSizePolicy(sizePolicy2)
        self.prompt_label.setMaximumSize(QSize(16777215, 96))

        self.column.addWidget(self.prompt_label)

        self.spacer_1 = QSpacerItem(0, 10, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_1)

        self.divider = QFrame(PromptPanel)
        self.divider.setObjectName(u"divider")
        self.divider.setProperty(u"line", True)
        self.divider.setMinimumSize(QSize(0, 1))
        self.divider.setMaximumSize(QSize(16777215, 1))

        self.column.addWidget(self.divider)

        self.spacer_2 = QSpacerItem(0, 12, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_2)

        self.answer_view = AnswerView(PromptPanel)
        self.answer_view.setObjectName(u"answer_view")
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy3.setHorizontalStretch(0)
        sizePolicy3.setVerticalStretch(1)
        sizePolicy3.setHeightForWidth(self.answer_view.sizePolicy().hasHeightForWidth())
        self.answer_view.setSizePolicy(sizePolicy3)

        self.column.addWidget(self.answer_view)

        self.spacer_3 = QSpacerItem(0, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_3)

        self.action_row = QHBoxLayout()
        self.action_row.setSpacing(12)
        self.action_row.setObjectName(u"action_row")
        self.action_row.setContentsMargins(0, 0, 0, 0)
        self.run_button = ActionButton(PromptPanel)
        self.run_button.setObjectName(u"run_button")
        self.run_button.setProperty(u"kind", u"main")
        self.run_button.setProperty(u"icon_name", u"play-fill")

        self.action_row.addWidget(self.run_button)

        self.cancel_button = ActionButton(PromptPanel)
        self.cancel_button.setObjectName(u"cancel_button")
        self.cancel_button.setProperty(u"kind", u"outline")
        self.cancel_button.setProperty(u"icon_name", u"x-bold")

        self.action_row.addWidget(self.cancel_button)

        self.note_icon = StatusIcon(PromptPanel)
        self.note_icon.setObjectName(u"note_icon")
        self.note_icon.setMinimumSize(QSize(26, 26))
        self.note_icon.setMaximumSize(QSize(26, 26))

        self.action_row.addWidget(self.note_icon)

        self.note_label = PlainText(PromptPanel)
        self.note_label.setObjectName(u"note_label")
        self.note_label.setProperty(u"role", u"small")
        self.note_label.setProperty(u"tone", u"text2")
        self.note_label.setWordWrap(True)
        sizePolicy1.setHeightForWidth(self.note_label.sizePolicy().hasHeightForWidth())
        self.note_label.setSizePolicy(sizePolicy1)

        self.action_row.addWidget(self.note_label)


        self.column.addLayout(self.action_row)


        self.retranslateUi(PromptPanel)
    # setupUi

    def retranslateUi(self, PromptPanel):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'starting_panel.ui'
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
from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.configuration_label import ConfigurationLabel
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.shard_row import ShardRow
from thorhud.gui.widgets.stage_pipeline import StagePipeline
from thorhud.gui.widgets.status_icon import StatusIcon
from thorhud.gui.widgets.switch_steps import SwitchSteps
from thorhud.gui.widgets.text_line import TextLine

class Ui_StartingPanel(object):
    def setupUi(self, StartingPanel):
        if not StartingPanel.objectName():
            StartingPanel.setObjectName(u"StartingPanel")
        StartingPanel.setProperty(u"card", True)
        self.column = QVBoxLayout(StartingPanel)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(40, 24, 40, 20)
        self.name_row = QHBoxLayout()
        self.name_row.setSpacing(16)
        self.name_row.setObjectName(u"name_row")
        self.name_row.setContentsMargins(0, 0, 0, 0)
        self.configuration_label = ConfigurationLabel(StartingPanel)
        self.configuration_label.setObjectName(u"configuration_label")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.configuration_label.sizePolicy().hasHeightForWidth())
        self.configuration_label.setSizePolicy(sizePolicy)

        self.name_row.addWidget(self.configuration_label)

        self.stop_button = ActionButton(StartingPanel)
        self.stop_button.setObjectName(u"stop_button")
        self.stop_button.setProperty(u"kind", u"outline")
        self.stop_button.setProperty(u"icon_name", u"stop-bold")

        self.name_row.addWidget(self.stop_button)


        self.column.addLayout(self.name_row)

        self.middle = QHBoxLayout()
        self.middle.setSpacing(24)
        self.middle.setObjectName(u"middle")
        self.middle.setContentsMargins(0, 0, 0, 0)
        self.words = QVBoxLayout()
        self.words.setSpacing(4)
        self.words.setObjectName(u"words")
        self.words.setContentsMargins(0, 0, 0, 0)
        self.headline_line = CapLine(StartingPanel)
        self.headline_line.setObjectName(u"headline_line")
        self.headline_line.setProperty(u"role", u"stage")
        self.headline_line.setProperty(u"tone", u"text1")
        self.headline_line.setProperty(u"tall", True)
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.headline_line.sizePolicy().hasHeightForWidth())
        self.headline_line.setSizePolicy(sizePolicy1)

        self.words.addWidget(self.headline_line)

        self.detail_line = TextLine(StartingPanel)
        self.detail_line.setObjectName(u"detail_line")

        self.words.addWidget(self.detail_line)

        self.spacer_1 = QSpacerItem(0, 22, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.words.addItem(self.spacer_1)

        self.shard_row = ShardRow(StartingPanel)
        self.shard_row.setObjectName(u"shard_row")
        sizePolicy.setHeightForWidth(self.shard_row.sizePolicy().hasHeightForWidth())
        self.shard_row.setSizePolicy(sizePolicy)
        self.shard_row.setMinimumSize(QSize(0, 40))
        self.shard_row.setMaximumSize(QSize(16777215, 40))

        self.words.addWidget(self.shard_row)

        self.spacer_2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.words.addItem(self.spacer_2)


        self.middle.addLayout(self.words)

        self.time = QVBoxLayout()
        self.time.setSpacing(4)
        self.time.setObjectName(u"time")
        self.time.setContentsMargins(0, 0, 0, 0)
        self.spacer_3 = QSpacerItem(0, 16, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.time.addItem(self.spacer_3)

        self.time_line = CapLine(StartingPanel)
        self.time_line.setObjectName(u"time_line")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        sizePolicy2.setHorizontalStretch(0)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.time_line.sizePolicy().hasHeightForWidth())
        self.time_line.setSizePolicy(sizePolicy2)

        self.time.addWidget(self.time_line)

        self.spacer_4 = QSpacerItem(0, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.time.addItem(self.spacer_4)

        self.left_line = TextLine(StartingPanel)
        self.left_line.setObjectName(u"left_line")

        self.time.addWidget(self.left_line, 0, Qt.AlignmentFlag.AlignRight)

        self.so_far_line = TextLine(StartingPanel)
        self.so_far_line.setObjectName(u"so_far_line")

        self.time.addWidget(self.so_far_line, 0, Qt.AlignmentFlag.AlignRight)

        self.why_label = PlainText(StartingPanel)
        self.why_label.setObjectName(u"why_label")
        self.why_label.setProperty(u"role", u"note")
        self.why_label.setProperty(u"tone", u"text2")
        self.why_label.setWordWrap(True)
        self.why_label.setAlignment(Qt.AlignmentFlag.AlignRight|Qt.AlignmentFlag.AlignTop)
        self.why_label.setMinimumSize(QSize(360, 0))
        self.why_label.setMaximumSize(QSize(360, 16777215))

        self.time.addWidget(self.why_label)

        self.log_button = ActionButton(StartingPanel)
        self.log_button.setObjectName(u"log_button")
        self.log_button.setProperty(u"kind", u"outline")
        self.log_button.setProperty(u"icon_name", u"article-bold")
        self.log_button.setProperty(u"role", u"label_strong")
        self.log_button.setMaximumSize(QSize(16777215, 52))

        self.time.addWidget(self.log_button, 0, Qt.AlignmentFlag.AlignRight)

        self.spacer_5 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.time.addItem(self.spacer_5)


        self.middle.addLayout(self.time)

        self.middle.setStretch(0, 1)

        self.column.addLayout(self.middle)

        self.spacer_6 = QSpacerItem(0, 24, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

        self.column.addItem(self.spacer_6)

        self.divider = QFrame(StartingPanel)
        self.divider.setObjectName(u"divider")
        self.divider.setProperty(u"line", True)
        self.divider.setMinimumSize(QSize(0, 1))
        self.divider.setMaximumSize(QSize(16777215, 1))

        self.column.addWidget(self.divider)

        self.spacer_7 = QSpacerItem(0, 36, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

        self.column.addItem(self.spacer_7)

        self.switch_steps = SwitchSteps(StartingPanel)
        self.switch_steps.setObjectName(u"switch_steps")

        self.column.addWidget(self.switch_steps)

        self.pipeline = StagePipeline(StartingPanel)
        self.pipeline.setObjectName(u"pipeline")
        sizePolicy.setHeightForWidth(self.pipeline.sizePolicy().hasHeightForWidth())
        self.pipeline.setSizePolicy(sizePolicy)

        self.column.addWidget(self.pipeline)

        self.spacer_8 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.spacer_8)

        self.note_row = QHBoxLayout()
        self.note_row.setSpacing(12)
        self.note_row.setObjectName(u"note_row")
        self.note_row.setContentsMargins(0, 0, 0, 0)
        self.note_icon = StatusIcon(StartingPanel)
        self.note_icon.setObjectName(u"note_icon")
        self.note_icon.setMinimumSize(QSize(26, 26))
        self.note_icon.setMaximumSize(QSize(26, 26))

        self.note_row.addWidget(self.note_icon)

        self.note_label = PlainText(StartingPanel)
        self.note_label.setObjectName(u"note_label")
        self.note_label.setProperty(u"role", u"note")
        self.note_label.setProperty(u"tone", u"text2")
        self.note_label.setWordWrap(True)
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy3.setHorizontalStretch(1)
        sizePolicy3.setVerticalStretch(0)
        sizePolicy3.setHeightForWidth(self.note_label.sizePolicy().hasHeightForWidth())
        self.note_label.setSizePolicy(sizePolicy3)

        self.note_row.addWidget(self.note_label)


        self.column.addLayout(self.note_row)


        self.retranslateUi(StartingPanel)
    # setupUi

    def retranslateUi(self, StartingPanel):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'speed_panel.ui'
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
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.published_bar import PublishedBar
from thorhud.gui.widgets.text_line import TextLine

class Ui_SpeedPanel(object):
    def setupUi(self, SpeedPanel):
        if not SpeedPanel.objectName():
            SpeedPanel.setObjectName(u"SpeedPanel")
        SpeedPanel.setProperty(u"card", True)
        self.column = QVBoxLayout(SpeedPanel)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 28, 32, 16)
        self.speed_label = PlainText(SpeedPanel)
        self.speed_label.setObjectName(u"speed_label")
        self.speed_label.setProperty(u"role", u"body_strong")
        self.speed_label.setProperty(u"tone", u"text2")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.speed_label.sizePolicy().hasHeightForWidth())
        self.speed_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.speed_label)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_1)

        self.speed_line = CapLine(SpeedPanel)
        self.speed_line.setObjectName(u"speed_line")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.speed_line.sizePolicy().hasHeightForWidth())
        self.speed_line.setSizePolicy(sizePolicy1)

        self.column.addWidget(self.speed_line)

        self.spacer_2 = QSpacerItem(0, 4, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_2)

        self.unit_label = PlainText(SpeedPanel)
        self.unit_label.setObjectName(u"unit_label")
        self.unit_label.setProperty(u"role", u"body")
        self.unit_label.setProperty(u"tone", u"text2")
        sizePolicy.setHeightForWidth(self.unit_label.sizePolicy().hasHeightForWidth())
        self.unit_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.unit_label)

        self.spacer_3 = QSpacerItem(0, 2, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_3)

        self.published_bar = PublishedBar(SpeedPanel)
        self.published_bar.setObjectName(u"published_bar")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy2.setHorizontalStretch(0)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.published_bar.sizePolicy().hasHeightForWidth())
        self.published_bar.setSizePolicy(sizePolicy2)

        self.column.addWidget(self.published_bar)

        self.spacer_4 = QSpacerItem(0, 14, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

        self.column.addItem(self.spacer_4)

        self.divider = QFrame(SpeedPanel)
        self.divider.setObjectName(u"divider")
        self.divider.setProperty(u"line", True)
        self.divider.setMinimumSize(QSize(0, 1))
        self.divider.setMaximumSize(QSize(16777215, 1))

        self.column.addWidget(self.divider)

        self.spacer_5 = QSpacerItem(0, 4, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_5)

        self.ttft_row = QHBoxLayout()
        self.ttft_row.setSpacing(8)
        self.ttft_row.setObjectName(u"ttft_row")
        self.ttft_row.setContentsMargins(0, 0, 0, 0)
        self.ttft_label = PlainText(SpeedPanel)
        self.ttft_label.setObjectName(u"ttft_label")
        self.ttft_label.setProperty(u"role", u"label")
        self.ttft_label.setProperty(u"tone", u"text2")
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy3.setHorizontalStretch(1)
        sizePolicy3.setVerticalStretch(0)
        sizePolicy3.setHeightForWidth(self.ttft_label.sizePolicy().hasHeightForWidth())
        self.ttft_label.setSizePolicy(sizePolicy3)

        self.ttft_row.addWidget(self.ttft_label)

        self.ttft_line = TextLine(SpeedPanel)
        self.ttft_line.setObjectName(u"ttft_line")

        self.ttft_row.addWidget(self.ttft_line)


        self.column.addLayout(self.ttft_row)

        self.tokens_row = QHBoxLayout()
        self.tokens_row.setSpacing(8)
        self.tokens_row.setObjectName(u"tokens_row")
        self.tokens_row.setContentsMargins(0, 0, 0, 0)
        self.tokens_label = PlainText(SpeedPanel)
        self.tokens_label.setObjectName(u"tokens_label")
        self.tokens_label.setProperty(u"role", u"label")
        self.tokens_label.setProperty(u"tone", u"text2")
        sizePolicy3.setHeightForWidth(self.tokens_label.sizePolicy().hasHeightForWidth())
        self.tokens_label.setSizePolicy(sizePolicy3)

        self.tokens_row.addWidget(self.tokens_label)

        self.tokens_line = TextLine(SpeedPanel)
        self.tokens_line.setObjectName(u"tokens_line")

        self.tokens_row.addWidget(self.tokens_line)


        self.column.addLayout(self.tokens_row)

        self.server_button = ActionButton(SpeedPanel)
        self.server_button.setObjectName(u"server_button")
        self.server_button.setProperty(u"kind", u"quiet")
        self.server_button.setProperty(u"role", u"note")
        self.server_button.setProperty(u"icon_name", u"info")
        sizePolicy2.setHeightForWidth(self.server_button.sizePolicy().hasHeightForWidth())
        self.server_button.setSizePolicy(sizePolicy2)

        self.column.addWidget(self.server_button)

        self.spacer_6 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.spacer_6)

        self.actions = QHBoxLayout()
        self.actions.setSpacing(16)
        self.actions.setObjectName(u"actions")
        self.actions.setContentsMargins(0, 0, 0, 0)
        self.stop_button = ActionButton(SpeedPanel)
        self.stop_button.setObjectName(u"stop_button")
        self.stop_button.setProperty(u"kind", u"outline")
        self.stop_button.setProperty(u"icon_name", u"stop-bold")
        sizePolicy4 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy4.setHorizontalStretch(1)
        sizePolicy4.setVerticalStretch(0)
        sizePolicy4.setHeightForWidth(self.stop_button.sizePolicy().hasHeightForWidth())
        self.stop_button.setSizePolicy(sizePolicy4)

        self.actions.addWidget(self.stop_button)

        self.compare_button = ActionButton(SpeedPanel)
        self.compare_button.setObjectName(u"compare_button")
        self.compare_button.setProperty(u"kind", u"secondary")
        self.compare_button.setProperty(u"icon_name", u"chart-bar-bold")
        sizePolicy4.setHeightForWidth(self.compare_button.sizePolicy().hasHeightForWidth())
        self.compare_button.setSizePolicy(sizePolicy4)

        self.actions.addWidget(self.compare_button)


        self.column.addLayout(self.actions)


        self.retranslateUi(SpeedPanel)
    # setupUi

    def retranslateUi(self, SpeedPanel):
        pass
    # retranslateUi


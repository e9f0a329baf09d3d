# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'speculation_tab.ui'
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
    QSpacerItem, QStackedWidget, QVBoxLayout, QWidget)

from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.line_chart import LineChart
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.position_bars import PositionBars
from thorhud.gui.widgets.sentences import Sentences
from thorhud.gui.widgets.text_line import TextLine

class Ui_SpeculationTab(object):
    def setupUi(self, SpeculationTab):
        if not SpeculationTab.objectName():
            SpeculationTab.setObjectName(u"SpeculationTab")
        self.outer = QVBoxLayout(SpeculationTab)
        self.outer.setSpacing(16)
        self.outer.setObjectName(u"outer")
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(SpeculationTab)
        self.stack.setObjectName(u"stack")
        self.charts = QWidget()
        self.charts.setObjectName(u"charts")
        self.column = QVBoxLayout(self.charts)
        self.column.setSpacing(24)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.upper = QHBoxLayout()
        self.upper.setSpacing(24)
        self.upper.setObjectName(u"upper")
        self.upper.setContentsMargins(0, 0, 0, 0)
        self.length_card = QFrame(self.charts)
        self.length_card.setObjectName(u"length_card")
        self.length_card.setProperty(u"card", True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.length_card.sizePolicy().hasHeightForWidth())
        self.length_card.setSizePolicy(sizePolicy)
        self.length_card_column = QVBoxLayout(self.length_card)
        self.length_card_column.setSpacing(8)
        self.length_card_column.setObjectName(u"length_card_column")
        self.length_card_column.setContentsMargins(28, 20, 28, 20)
        self.length_card_top = QHBoxLayout()
        self.length_card_top.setSpacing(16)
        self.length_card_top.setObjectName(u"length_card_top")
        self.length_card_top.setContentsMargins(0, 0, 0, 0)
        self.length_card_title = PlainText(self.length_card)
        self.length_card_title.setObjectName(u"length_card_title")
        self.length_card_title.setProperty(u"role", u"body_strong")
        self.length_card_title.setProperty(u"tone", u"text1")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.length_card_title.sizePolicy().hasHeightForWidth())
        self.length_card_title.setSizePolicy(sizePolicy1)

        self.length_card_top.addWidget(self.length_card_title)

        self.length_card_note = TextLine(self.length_card)
        self.length_card_note.setObjectName(u"length_card_note")

        self.length_card_top.addWidget(self.length_card_note)


        self.length_card_column.addLayout(self.length_card_top)

        self.length_chart = LineChart(self.length_card)
        self.length_chart.setObjectName(u"length_chart")

        self.length_card_column.addWidget(self.length_chart)

        self.length_sentence = PlainText(self.length_card)
        self.length_sentence.setObjectName(u"length_sentence")
        self.length_sentence.setProperty(u"role", u"small")
        self.length_sentence.setProperty(u"tone", u"text2")
        self.length_sentence.setWordWrap(True)
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy2.setHorizontalStretch(1)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.length_sentence.sizePolicy().hasHeightForWidth())
        self.length_sentence.setSizePolicy(sizePolicy2)

        self.length_card_column.addWidget(self.length_sentence)


        self.upper.addWidget(self.length_card)

        self.acceptance_card = QFrame(self.charts)
        self.acceptance_card.setObjectName(u"acceptance_card")
        self.acceptance_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.acceptance_card.sizePolicy().hasHeightForWidth())
        self.acceptance_card.setSizePolicy(sizePolicy)
        self.acceptance_card_column = QVBoxLayout(self.acceptance_card)
        self.acceptance_card_column.setSpacing(14)
        self.acceptance_card_column.setObjectName(u"acceptance_card_column")
        self.acceptance_card_column.setContentsMargins(28, 20, 28, 20)
        self.acceptance_card_top = QHBoxLayout()
        self.acceptance_card_top.setSpacing(16)
        self.acceptance_card_top.setObjectName(u"acceptance_card_top")
        self.acceptance_card_top.setContentsMargins(0, 0, 0, 0)
        self.acceptance_card_title = PlainText(self.acceptance_card)
        self.acceptance_card_title.setObjectName(u"acceptance_card_title")
        self.acceptance_card_title.setProperty(u"role", u"body_strong")
        self.acceptance_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.acceptance_card_title.sizePolicy().hasHeightForWidth())
        self.acceptance_card_title.setSizePolicy(sizePolicy1)

        self.acceptance_card_top.addWidget(self.acceptance_card_title)

        self.acceptance_card_note = TextLine(self.acceptance_card)
        self.acceptance_card_note.setObjectName(u"acceptance_card_note")

        self.acceptance_card_top.addWidget(self.acceptance_card_note)


        self.acceptance_card_column.addLayout(self.acceptance_card_top)

        self.figures = QHBoxLayout()
        self.figures.setSpacing(40)
        self.figures.setObjectName(u"figures")
        self.figures.setContentsMargins(0, 0, 0, 0)
        self.rate_column = QVBoxLayout()
        self.rate_column.setSpacing(4)
        self.rate_column.setObjectName(u"rate_column")
        self.rate_column.setContentsMargins(0, 0, 0, 0)
        self.rate_line = CapLine(self.acceptance_card)
        self.rate_line.setObjectName(u"rate_line")
        self.rate_line.setProperty(u"role", u"headline")

        self.rate_column.addWidget(self.rate_line)

        self.rate_label = PlainText(self.acceptance_card)
        self.rate_label.setObjectName(u"rate_label")
        self.rate_label.setProperty(u"role", u"small")
        self.rate_label.setProperty(u"tone", u"text2")

        self.rate_column.addWidget(self.rate_label)


        self.figures.addLayout(self.rate_column)

        self.length_column = QVBoxLayout()
        self.length_column.setSpacing(4)
        self.length_column.setObjectName(u"length_column")
        self.length_column.setContentsMargins(0, 0, 0, 0)
        self.step_line = CapLine(self.acceptance_card)
        self.step_line.setObjectName(u"step_line")
        self.step_line.setProperty(u"role", u"headline")

        self.length_column.addWidget(self.step_line)

        self.step_label = PlainText(self.acceptance_card)
        self.step_label.setObjectName(u"step_label")
        self.step_label.setProperty(u"role", u"small")
        self.step_label.setProperty(u"tone", u"text2")

        self.length_column.addWidget(self.step_label)


        self.figures.addLayout(self.length_column)


        self.acceptance_card_column.addLayout(self.figures)

        self.place_label = PlainText(self.acceptance_card)
        self.place_label.setObjectName(u"place_label")
        self.place_label.setProperty(u"role", u"small_medium")
        self.place_label.setProperty(u"tone", u"text1")
        self.place_label.setWordWrap(True)

        self.acceptance_card_column.addWidget(self.place_label)

        self.position_bars = PositionBars(self.acceptance_card)
        self.position_bars.setObjectName(u"position_bars")

        self.acceptance_card_column.addWidget(self.position_bars)

        self.acceptance_note = PlainText(self.acceptance_card)
        self.acceptance_note.setObjectName(u"acceptance_note")
        self.acceptance_note.setProperty(u"role", u"small")
        self.acceptance_note.setProperty(u"tone", u"text2")
        self.acceptance_note.setWordWrap(True)
        sizePolicy2.setHeightForWidth(self.acceptance_note.sizePolicy().hasHeightForWidth())
        self.acceptance_note.setSizePolicy(sizePolicy2)

        self.acceptance_card_column.addWidget(self.acceptance_note)


        self.upper.addWidget(self.acceptance_card)

        self.upper.setStretch(0, 1104)
        self.upper.setStretch(1, 712)

        self.column.addLayout(self.upper)

        self.parity_card = QFrame(self.charts)
        self.parity_card.setObjectName(u"parity_card")
        self.parity_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.parity_card.sizePolicy().hasHeightForWidth())
        self.parity_card.setSizePolicy(sizePolicy)
        self.parity_card_column = QVBoxLayout(self.parity_card)
        self.parity_card_column.setSpacing(8)
        self.parity_card_column.setObjectName(u"parity_card_column")
        self.parity_card_column.setContentsMargins(28, 20, 28, 20)
        self.parity_card_top = QHBoxLayout()
        self.parity_card_top.setSpacing(16)
        self.parity_card_top.setObjectName(u"parity_card_top")
        self.parity_card_top.setContentsMargins(0, 0, 0, 0)
        self.parity_card_title = PlainText(self.parity_card)
        self.parity_card_title.setObjectName(u"parity_card_title")
        self.parity_card_title.setProperty(u"role", u"body_strong")
        self.parity_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.parity_card_title.sizePolicy().hasHeightForWidth())
        self.parity_card_title.setSizePolicy(sizePolicy1)

        self.parity_card_top.addWidget(self.parity_card_title)

        self.parity_card_note = TextLine(self.parity_card)
        self.parity_card_note.setObjectName(u"parity_card_note")

        self.parity_card_top.addWidget(self.parity_card_note)


        self.parity_card_column.addLayout(self.parity_card_top)

        self.parity = Sentences(self.parity_card)
        self.parity.setObjectName(u"parity")

        self.parity_card_column.addWidget(self.parity)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.parity_card_column.addItem(self.spacer_1)


        self.column.addWidget(self.parity_card)

        self.column.setStretch(0, 560)
        self.column.setStretch(1, 250)
        self.stack.addWidget(self.charts)
        self.empty = QWidget()
        self.empty.setObjectName(u"empty")
        self.empty_column = QVBoxLayout(self.empty)
        self.empty_column.setSpacing(16)
        self.empty_column.setObjectName(u"empty_column")
        self.empty_column.setContentsMargins(0, 0, 0, 0)
        self.empty_card = EmptyCard(self.empty)
        self.empty_card.setObjectName(u"empty_card")

        self.empty_column.addWidget(self.empty_card)

        self.stack.addWidget(self.empty)

        self.outer.addWidget(self.stack)


        self.retranslateUi(SpeculationTab)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, SpeculationTab):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'others_tab.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QHBoxLayout, QScrollArea,
    QSizePolicy, QSpacerItem, QStackedWidget, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.others_chart import OthersChart
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.sentences import Sentences
from thorhud.gui.widgets.text_line import TextLine

class Ui_OthersTab(object):
    def setupUi(self, OthersTab):
        if not OthersTab.objectName():
            OthersTab.setObjectName(u"OthersTab")
        self.outer = QVBoxLayout(OthersTab)
        self.outer.setSpacing(16)
        self.outer.setObjectName(u"outer")
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(OthersTab)
        self.stack.setObjectName(u"stack")
        self.charts = QWidget()
        self.charts.setObjectName(u"charts")
        self.row = QHBoxLayout(self.charts)
        self.row.setSpacing(24)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.chart_card = QFrame(self.charts)
        self.chart_card.setObjectName(u"chart_card")
        self.chart_card.setProperty(u"card", True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.chart_card.sizePolicy().hasHeightForWidth())
        self.chart_card.setSizePolicy(sizePolicy)
        self.chart_card_column = QVBoxLayout(self.chart_card)
        self.chart_card_column.setSpacing(8)
        self.chart_card_column.setObjectName(u"chart_card_column")
        self.chart_card_column.setContentsMargins(28, 20, 28, 20)
        self.chart_card_top = QHBoxLayout()
        self.chart_card_top.setSpacing(16)
        self.chart_card_top.setObjectName(u"chart_card_top")
        self.chart_card_top.setContentsMargins(0, 0, 0, 0)
        self.chart_card_title = PlainText(self.chart_card)
        self.chart_card_title.setObjectName(u"chart_card_title")
        self.chart_card_title.setProperty(u"role", u"body_strong")
        self.chart_card_title.setProperty(u"tone", u"text1")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.chart_card_title.sizePolicy().hasHeightForWidth())
        self.chart_card_title.setSizePolicy(sizePolicy1)

        self.chart_card_top.addWidget(self.chart_card_title)

        self.chart_card_note = TextLine(self.chart_card)
        self.chart_card_note.setObjectName(u"chart_card_note")

        self.chart_card_top.addWidget(self.chart_card_note)


        self.chart_card_column.addLayout(self.chart_card_top)

        self.others_chart = OthersChart(self.chart_card)
        self.others_chart.setObjectName(u"others_chart")

        self.chart_card_column.addWidget(self.others_chart)


        self.row.addWidget(self.chart_card)

        self.source_card = QFrame(self.charts)
        self.source_card.setObjectName(u"source_card")
        self.source_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.source_card.sizePolicy().hasHeightForWidth())
        self.source_card.setSizePolicy(sizePolicy)
        self.source_card_column = QVBoxLayout(self.source_card)
        self.source_card_column.setSpacing(8)
        self.source_card_column.setObjectName(u"source_card_column")
        self.source_card_column.setContentsMargins(28, 20, 28, 20)
        self.source_card_top = QHBoxLayout()
        self.source_card_top.setSpacing(16)
        self.source_card_top.setObjectName(u"source_card_top")
        self.source_card_top.setContentsMargins(0, 0, 0, 0)
        self.source_card_title = PlainText(self.source_card)
        self.source_card_title.setObjectName(u"source_card_title")
        self.source_card_title.setProperty(u"role", u"body_strong")
        self.source_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.source_card_title.sizePolicy().hasHeightForWidth())
        self.source_card_title.setSizePolicy(sizePolicy1)

        self.source_card_top.addWidget(self.source_card_title)


        self.source_card_column.addLayout(self.source_card_top)

        self.source_area = QScrollArea(self.source_card)
        self.source_area.setObjectName(u"source_area")
        self.source_area.setWidgetResizable(True)
        self.source_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.source_column = QWidget()
        self.source_column.setObjectName(u"source_column")
        self.source_rows = QVBoxLayout(self.source_column)
        self.source_rows.setSpacing(16)
        self.source_rows.setObjectName(u"source_rows")
        self.source_rows.setContentsMargins(0, 0, 0, 0)
        self.sources = Sentences(self.source_column)
        self.sources.setObjectName(u"sources")

        self.source_rows.addWidget(self.sources)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.source_rows.addItem(self.spacer_1)

        self.source_area.setWidget(self.source_column)

        self.source_card_column.addWidget(self.source_area)


        self.row.addWidget(self.source_card)

        self.row.setStretch(0, 1104)
        self.row.setStretch(1, 712)
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


        self.retranslateUi(OthersTab)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, OthersTab):
        pass
    # retranslateUi


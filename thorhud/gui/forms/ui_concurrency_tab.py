# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'concurrency_tab.ui'
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

from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.line_chart import LineChart
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.sentences import Sentences
from thorhud.gui.widgets.text_line import TextLine

class Ui_ConcurrencyTab(object):
    def setupUi(self, ConcurrencyTab):
        if not ConcurrencyTab.objectName():
            ConcurrencyTab.setObjectName(u"ConcurrencyTab")
        self.outer = QVBoxLayout(ConcurrencyTab)
        self.outer.setSpacing(16)
        self.outer.setObjectName(u"outer")
        self.outer.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget(ConcurrencyTab)
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
        self.total_card = QFrame(self.charts)
        self.total_card.setObjectName(u"total_card")
        self.total_card.setProperty(u"card", True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.total_card.sizePolicy().hasHeightForWidth())
        self.total_card.setSizePolicy(sizePolicy)
        self.total_card_column = QVBoxLayout(self.total_card)
        self.total_card_column.setSpacing(8)
        self.total_card_column.setObjectName(u"total_card_column")
        self.total_card_column.setContentsMargins(28, 20, 28, 20)
        self.total_card_top = QHBoxLayout()
        self.total_card_top.setSpacing(16)
        self.total_card_top.setObjectName(u"total_card_top")
        self.total_card_top.setContentsMargins(0, 0, 0, 0)
        self.total_card_title = PlainText(self.total_card)
        self.total_card_title.setObjectName(u"total_card_title")
        self.total_card_title.setProperty(u"role", u"body_strong")
        self.total_card_title.setProperty(u"tone", u"text1")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.total_card_title.sizePolicy().hasHeightForWidth())
        self.total_card_title.setSizePolicy(sizePolicy1)

        self.total_card_top.addWidget(self.total_card_title)

        self.total_card_note = TextLine(self.total_card)
        self.total_card_note.setObjectName(u"total_card_note")

        self.total_card_top.addWidget(self.total_card_note)


        self.total_card_column.addLayout(self.total_card_top)

        self.total_chart = LineChart(self.total_card)
        self.total_chart.setObjectName(u"total_chart")

        self.total_card_column.addWidget(self.total_chart)


        self.upper.addWidget(self.total_card)

        self.user_card = QFrame(self.charts)
        self.user_card.setObjectName(u"user_card")
        self.user_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.user_card.sizePolicy().hasHeightForWidth())
        self.user_card.setSizePolicy(sizePolicy)
        self.user_card_column = QVBoxLayout(self.user_card)
        self.user_card_column.setSpacing(8)
        self.user_card_column.setObjectName(u"user_card_column")
        self.user_card_column.setContentsMargins(28, 20, 28, 20)
        self.user_card_top = QHBoxLayout()
        self.user_card_top.setSpacing(16)
        self.user_card_top.setObjectName(u"user_card_top")
        self.user_card_top.setContentsMargins(0, 0, 0, 0)
        self.user_card_title = PlainText(self.user_card)
        self.user_card_title.setObjectName(u"user_card_title")
        self.user_card_title.setProperty(u"role", u"body_strong")
        self.user_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.user_card_title.sizePolicy().hasHeightForWidth())
        self.user_card_title.setSizePolicy(sizePolicy1)

        self.user_card_top.addWidget(self.user_card_title)

        self.user_card_note = TextLine(self.user_card)
        self.user_card_note.setObjectName(u"user_card_note")

        self.user_card_top.addWidget(self.user_card_note)


        self.user_card_column.addLayout(self.user_card_top)

        self.user_chart = LineChart(self.user_card)
        self.user_chart.setObjectName(u"user_chart")

        self.user_card_column.addWidget(self.user_chart)


        self.upper.addWidget(self.user_card)

        self.upper.setStretch(0, 1)
        self.upper.setStretch(1, 1)

        self.column.addLayout(self.upper)

        self.lower = QHBoxLayout()
        self.lower.setSpacing(24)
        self.lower.setObjectName(u"lower")
        self.lower.setContentsMargins(0, 0, 0, 0)
        self.wait_card = QFrame(self.charts)
        self.wait_card.setObjectName(u"wait_card")
        self.wait_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.wait_card.sizePolicy().hasHeightForWidth())
        self.wait_card.setSizePolicy(sizePolicy)
        self.wait_card_column = QVBoxLayout(self.wait_card)
        self.wait_card_column.setSpacing(8)
        self.wait_card_column.setObjectName(u"wait_card_column")
        self.wait_card_column.setContentsMargins(28, 20, 28, 20)
        self.wait_card_top = QHBoxLayout()
        self.wait_card_top.setSpacing(16)
        self.wait_card_top.setObjectName(u"wait_card_top")
        self.wait_card_top.setContentsMargins(0, 0, 0, 0)
        self.wait_card_title = PlainText(self.wait_card)
        self.wait_card_title.setObjectName(u"wait_card_title")
        self.wait_card_title.setProperty(u"role", u"body_strong")
        self.wait_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.wait_card_title.sizePolicy().hasHeightForWidth())
        self.wait_card_title.setSizePolicy(sizePolicy1)

        self.wait_card_top.addWidget(self.wait_card_title)

        self.wait_card_note = TextLine(self.wait_card)
        self.wait_card_note.setObjectName(u"wait_card_note")

        self.wait_card_top.addWidget(self.wait_card_note)


        self.wait_card_column.addLayout(self.wait_card_top)

        self.wait_chart = LineChart(self.wait_card)
        self.wait_chart.setObjectName(u"wait_chart")

        self.wait_card_column.addWidget(self.wait_chart)


        self.lower.addWidget(self.wait_card)

        self.why_card = QFrame(self.charts)
        self.why_card.setObjectName(u"why_card")
        self.why_card.setProperty(u"card", True)
        sizePolicy.setHeightForWidth(self.why_card.sizePolicy().hasHeightForWidth())
        self.why_card.setSizePolicy(sizePolicy)
        self.why_card_column = QVBoxLayout(self.why_card)
        self.why_card_column.setSpacing(8)
        self.why_card_column.setObjectName(u"why_card_column")
        self.why_card_column.setContentsMargins(28, 20, 28, 20)
        self.why_card_top = QHBoxLayout()
        self.why_card_top.setSpacing(16)
        self.why_card_top.setObjectName(u"why_card_top")
        self.why_card_top.setContentsMargins(0, 0, 0, 0)
        self.why_card_title = PlainText(self.why_card)
        self.why_card_title.setObjectName(u"why_card_title")
        self.why_card_title.setProperty(u"role", u"body_strong")
        self.why_card_title.setProperty(u"tone", u"text1")
        sizePolicy1.setHeightForWidth(self.why_card_title.sizePolicy().hasHeightForWidth())
        self.why_card_title.setSizePolicy(sizePolicy1)

        self.why_card_top.addWidget(self.why_card_title)


        self.why_card_column.addLayout(self.why_card_top)

        self.why = Sentences(self.why_card)
        self.why.setObjectName(u"why")

        self.why_card_column.addWidget(self.why)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.why_card_column.addItem(self.spacer_1)


        self.lower.addWidget(self.why_card)

        self.lower.setStretch(0, 1)
        self.lower.setStretch(1, 1)

        self.column.addLayout(self.lower)

        self.column.setStretch(0, 1)
        self.column.setStretch(1, 1)
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


        self.retranslateUi(ConcurrencyTab)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, ConcurrencyTab):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'compare_page.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QHBoxLayout, QHeaderView,
    QSizePolicy, QSpacerItem, QStackedWidget, QTableWidgetItem,
    QVBoxLayout, QWidget)

from thorhud.gui.pages.more_page import MorePage
from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.cap_line import CapLine
from thorhud.gui.widgets.chart_key import ChartKey
from thorhud.gui.widgets.comparison_chart import ComparisonChart
from thorhud.gui.widgets.data_table import DataTable
from thorhud.gui.widgets.findings import Findings
from thorhud.gui.widgets.ladder_steps import LadderSteps
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.roofline_chart import RooflineChart
from thorhud.gui.widgets.small_bars import SmallBars
from thorhud.gui.widgets.status_icon import StatusIcon
from thorhud.gui.widgets.text_line import TextLine

class Ui_ComparePage(object):
    def setupUi(self, page):
        if not page.objectName():
            page.setObjectName(u"page")
        self.column = QVBoxLayout(page)
        self.column.setSpacing(24)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(40, 32, 40, 40)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.identity = QWidget(page)
        self.identity.setObjectName(u"identity")
        self.identity.setMinimumSize(QSize(540, 0))
        self.identity_row = QHBoxLayout(self.identity)
        self.identity_row.setSpacing(24)
        self.identity_row.setObjectName(u"identity_row")
        self.identity_row.setContentsMargins(0, 0, 0, 0)
        self.number_line = CapLine(self.identity)
        self.number_line.setObjectName(u"number_line")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.number_line.sizePolicy().hasHeightForWidth())
        self.number_line.setSizePolicy(sizePolicy)

        self.identity_row.addWidget(self.number_line)

        self.names = QVBoxLayout()
        self.names.setSpacing(2)
        self.names.setObjectName(u"names")
        self.names.setContentsMargins(0, 0, 0, 0)
        self.host_label = PlainText(self.identity)
        self.host_label.setObjectName(u"host_label")
        self.host_label.setProperty(u"role", u"subtitle")
        self.host_label.setProperty(u"tone", u"text1")

        self.names.addWidget(self.host_label)

        self.address_label = PlainText(self.identity)
        self.address_label.setObjectName(u"address_label")
        self.address_label.setProperty(u"role", u"address_small")
        self.address_label.setProperty(u"tone", u"text2")

        self.names.addWidget(self.address_label)


        self.identity_row.addLayout(self.names)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.identity_row.addItem(self.spacer_1)


        self.top.addWidget(self.identity)

        self.titles = QVBoxLayout()
        self.titles.setSpacing(0)
        self.titles.setObjectName(u"titles")
        self.titles.setContentsMargins(0, 0, 0, 0)
        self.title_label = PlainText(page)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"page_title")
        self.title_label.setProperty(u"tone", u"text1")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.title_label.sizePolicy().hasHeightForWidth())
        self.title_label.setSizePolicy(sizePolicy1)

        self.titles.addWidget(self.title_label)

        self.kind_label = PlainText(page)
        self.kind_label.setObjectName(u"kind_label")
        self.kind_label.setProperty(u"role", u"body")
        self.kind_label.setProperty(u"tone", u"text2")
        self.kind_label.setWordWrap(True)
        sizePolicy1.setHeightForWidth(self.kind_label.sizePolicy().hasHeightForWidth())
        self.kind_label.setSizePolicy(sizePolicy1)

        self.titles.addWidget(self.kind_label)


        self.top.addLayout(self.titles)

        self.more_button = ActionButton(page)
        self.more_button.setObjectName(u"more_button")
        self.more_button.setProperty(u"finger", True)
        self.more_button.setProperty(u"kind", u"quiet")
        self.more_button.setProperty(u"icon_name", u"chart-bar-bold")

        self.top.addWidget(self.more_button)

        self.table_button = ActionButton(page)
        self.table_button.setObjectName(u"table_button")
        self.table_button.setProperty(u"finger", True)
        self.table_button.setProperty(u"kind", u"quiet")
        self.table_button.setProperty(u"icon_name", u"article-bold")

        self.top.addWidget(self.table_button)

        self.measure_button = ActionButton(page)
        self.measure_button.setObjectName(u"measure_button")
        self.measure_button.setProperty(u"finger", True)
        self.measure_button.setProperty(u"kind", u"outline")
        self.measure_button.setProperty(u"icon_name", u"arrows-clockwise-bold")

        self.top.addWidget(self.measure_button)

        self.done_button = ActionButton(page)
        self.done_button.setObjectName(u"done_button")
        self.done_button.setProperty(u"finger", True)
        self.done_button.setProperty(u"kind", u"secondary")
        self.done_button.setProperty(u"icon_name", u"x-bold")

        self.top.addWidget(self.done_button)

        self.top.setStretch(1, 1)

        self.column.addLayout(self.top)

        self.ladder_bar = QFrame(page)
        self.ladder_bar.setObjectName(u"ladder_bar")
        self.ladder_bar.setProperty(u"card", True)
        self.ladder_column = QVBoxLayout(self.ladder_bar)
        self.ladder_column.setSpacing(8)
        self.ladder_column.setObjectName(u"ladder_column")
        self.ladder_column.setContentsMargins(24, 8, 8, 8)
        self.ladder_row = QHBoxLayout()
        self.ladder_row.setSpacing(16)
        self.ladder_row.setObjectName(u"ladder_row")
        self.ladder_row.setContentsMargins(0, 0, 0, 0)
        self.ladder_icon = StatusIcon(self.ladder_bar)
        self.ladder_icon.setObjectName(u"ladder_icon")
        self.ladder_icon.setMinimumSize(QSize(28, 28))
        self.ladder_icon.setMaximumSize(QSize(28, 28))

        self.ladder_row.addWidget(self.ladder_icon)

        self.ladder_words = QVBoxLayout()
        self.ladder_words.setSpacing(2)
        self.ladder_words.setObjectName(u"ladder_words")
        self.ladder_words.setContentsMargins(0, 0, 0, 0)
        self.ladder_line = TextLine(self.ladder_bar)
        self.ladder_line.setObjectName(u"ladder_line")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy2.setHorizontalStretch(1)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.ladder_line.sizePolicy().hasHeightForWidth())
        self.ladder_line.setSizePolicy(sizePolicy2)

        self.ladder_words.addWidget(self.ladder_line)

        self.ladder_kept = TextLine(self.ladder_bar)
        self.ladder_kept.setObjectName(u"ladder_kept")
        sizePolicy2.setHeightForWidth(self.ladder_kept.sizePolicy().hasHeightForWidth())
        self.ladder_kept.setSizePolicy(sizePolicy2)

        self.ladder_words.addWidget(self.ladder_kept)


        self.ladder_row.addLayout(self.ladder_words)

        self.resume_button = ActionButton(self.ladder_bar)
        self.resume_button.setObjectName(u"resume_button")
        self.resume_button.setProperty(u"finger", True)
        self.resume_button.setProperty(u"kind", u"outline")
        self.resume_button.setProperty(u"icon_name", u"play-fill")

        self.ladder_row.addWidget(self.resume_button)

        self.cancel_button = ActionButton(self.ladder_bar)
        self.cancel_button.setObjectName(u"cancel_button")
        self.cancel_button.setProperty(u"finger", True)
        self.cancel_button.setProperty(u"kind", u"outline")
        self.cancel_button.setProperty(u"icon_name", u"x-bold")

        self.ladder_row.addWidget(self.cancel_button)


        self.ladder_column.addLayout(self.ladder_row)

        self.ladder_steps = LadderSteps(self.ladder_bar)
        self.ladder_steps.setObjectName(u"ladder_steps")

        self.ladder_column.addWidget(self.ladder_steps)


        self.column.addWidget(self.ladder_bar)

        self.stack = QStackedWidget(page)
        self.stack.setObjectName(u"stack")
        self.charts = QWidget()
        self.charts.setObjectName(u"charts")
        self.charts_column = QVBoxLayout(self.charts)
        self.charts_column.setSpacing(24)
        self.charts_column.setObjectName(u"charts_column")
        self.charts_column.setContentsMargins(0, 0, 0, 0)
        self.upper = QHBoxLayout()
        self.upper.setSpacing(24)
        self.upper.setObjectName(u"upper")
        self.upper.setContentsMargins(0, 0, 0, 0)
        self.speed_card = QFrame(self.charts)
        self.speed_card.setObjectName(u"speed_card")
        self.speed_card.setProperty(u"card", True)
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        sizePolicy3.setHorizontalStretch(0)
        sizePolicy3.setVerticalStretch(0)
        sizePolicy3.setHeightForWidth(self.speed_card.sizePolicy().hasHeightForWidth())
        self.speed_card.setSizePolicy(sizePolicy3)
        self.speed_card_column = QVBoxLayout(self.speed_card)
        self.speed_card_column.setSpacing(8)
        self.speed_card_column.setObjectName(u"speed_card_column")
        self.speed_card_column.setContentsMargins(28, 20, 28, 20)
        self.speed_card_top = QHBoxLayout()
        self.speed_card_top.setSpacing(16)
        self.speed_card_top.setObjectName(u"speed_card_top")
        self.speed_card_top.setContentsMargins(0, 0, 0, 0)
        self.speed_card_title = PlainText(self.speed_card)
        self.speed_card_title.setObjectName(u"speed_card_title")
        self.speed_card_title.setProperty(u"role", u"body_strong")
        self.speed_card_title.setProperty(u"tone", u"text1")

        self.speed_card_top.addWidget(self.speed_card_title)

        self.speed_key = ChartKey(self.speed_card)
        self.speed_key.setObjectName(u"speed_key")
        sizePolicy2.setHeightForWidth(self.speed_key.sizePolicy().hasHeightForWidth())
        self.speed_key.setSizePolicy(sizePolicy2)

        self.speed_card_top.addWidget(self.speed_key)


        self.speed_card_column.addLayout(self.speed_card_top)

        self.comparison_chart = ComparisonChart(self.speed_card)
        self.comparison_chart.setObjectName(u"comparison_chart")
        sizePolicy4 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy4.setHorizontalStretch(0)
        sizePolicy4.setVerticalStretch(0)
        sizePolicy4.setHeightForWidth(self.comparison_chart.sizePolicy().hasHeightForWidth())
        self.comparison_chart.setSizePolicy(sizePolicy4)

        self.speed_card_column.addWidget(self.comparison_chart)


        self.upper.addWidget(self.speed_card)

        self.roofline_card = QFrame(self.charts)
        self.roofline_card.setObjectName(u"roofline_card")
        self.roofline_card.setProperty(u"card", True)
        self.roofline_card_column = QVBoxLayout(self.roofline_card)
        self.roofline_card_column.setSpacing(8)
        self.roofline_card_column.setObjectName(u"roofline_card_column")
        self.roofline_card_column.setContentsMargins(28, 20, 28, 20)
        self.roofline_card_top = QHBoxLayout()
        self.roofline_card_top.setSpacing(16)
        self.roofline_card_top.setObjectName(u"roofline_card_top")
        self.roofline_card_top.setContentsMargins(0, 0, 0, 0)
        self.roofline_card_title = PlainText(self.roofline_card)
        self.roofline_card_title.setObjectName(u"roofline_card_title")
        self.roofline_card_title.setProperty(u"role", u"body_strong")
        self.roofline_card_title.setProperty(u"tone", u"text1")
        sizePolicy5 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy5.setHorizontalStretch(1)
        sizePolicy5.setVerticalStretch(0)
        sizePolicy5.setHeightForWidth(self.roofline_card_title.sizePolicy().hasHeightForWidth())
        self.roofline_card_title.setSizePolicy(sizePolicy5)

        self.roofline_card_top.addWidget(self.roofline_card_title)

        self.roofline_note = TextLine(self.roofline_card)
        self.roofline_note.setObjectName(u"roofline_note")

        self.roofline_card_top.addWidget(self.roofline_note)


        self.roofline_card_column.addLayout(self.roofline_card_top)

        self.roofline_chart = RooflineChart(self.roofline_card)
        self.roofline_chart.setObjectName(u"roofline_chart")
        sizePolicy4.setHeightForWidth(self.roofline_chart.sizePolicy().hasHeightForWidth())
        self.roofline_chart.setSizePolicy(sizePolicy4)

        self.roofline_card_column.addWidget(self.roofline_chart)


        self.upper.addWidget(self.roofline_card)

        self.upper.setStretch(0, 1104)
        self.upper.setStretch(1, 712)

        self.charts_column.addLayout(self.upper)

        self.lower = QHBoxLayout()
        self.lower.setSpacing(24)
        self.lower.setObjectName(u"lower")
        self.lower.setContentsMargins(0, 0, 0, 0)
        self.ttft_card = QFrame(self.charts)
        self.ttft_card.setObjectName(u"ttft_card")
        self.ttft_card.setProperty(u"card", True)
        self.ttft_card_column = QVBoxLayout(self.ttft_card)
        self.ttft_card_column.setSpacing(8)
        self.ttft_card_column.setObjectName(u"ttft_card_column")
        self.ttft_card_column.setContentsMargins(28, 20, 28, 20)
        self.ttft_card_top = QHBoxLayout()
        self.ttft_card_top.setSpacing(16)
        self.ttft_card_top.setObjectName(u"ttft_card_top")
        self.ttft_card_top.setContentsMargins(0, 0, 0, 0)
        self.ttft_card_title = PlainText(self.ttft_card)
        self.ttft_card_title.setObjectName(u"ttft_card_title")
        self.ttft_card_title.setProperty(u"role", u"body_strong")
        self.ttft_card_title.setProperty(u"tone", u"text1")
        sizePolicy5.setHeightForWidth(self.ttft_card_title.sizePolicy().hasHeightForWidth())
        self.ttft_card_title.setSizePolicy(sizePolicy5)

        self.ttft_card_top.addWidget(self.ttft_card_title)

        self.ttft_note = TextLine(self.ttft_card)
        self.ttft_note.setObjectName(u"ttft_note")

        self.ttft_card_top.addWidget(self.ttft_note)


        self.ttft_card_column.addLayout(self.ttft_card_top)

        self.ttft_bars = SmallBars(self.ttft_card)
        self.ttft_bars.setObjectName(u"ttft_bars")
        sizePolicy4.setHeightForWidth(self.ttft_bars.sizePolicy().hasHeightForWidth())
        self.ttft_bars.setSizePolicy(sizePolicy4)

        self.ttft_card_column.addWidget(self.ttft_bars)


        self.lower.addWidget(self.ttft_card)

        self.memory_card = QFrame(self.charts)
        self.memory_card.setObjectName(u"memory_card")
        self.memory_card.setProperty(u"card", True)
        self.memory_card_column = QVBoxLayout(self.memory_card)
        self.memory_card_column.setSpacing(8)
        self.memory_card_column.setObjectName(u"memory_card_column")
        self.memory_card_column.setContentsMargins(28, 20, 28, 20)
        self.memory_card_top = QHBoxLayout()
        self.memory_card_top.setSpacing(16)
        self.memory_card_top.setObjectName(u"memory_card_top")
        self.memory_card_top.setContentsMargins(0, 0, 0, 0)
        self.memory_card_title = PlainText(self.memory_card)
        self.memory_card_title.setObjectName(u"memory_card_title")
        self.memory_card_title.setProperty(u"role", u"body_strong")
        self.memory_card_title.setProperty(u"tone", u"text1")
        sizePolicy5.setHeightForWidth(self.memory_card_title.sizePolicy().hasHeightForWidth())
        self.memory_card_title.setSizePolicy(sizePolicy5)

        self.memory_card_top.addWidget(self.memory_card_title)

        self.memory_note = TextLine(self.memory_card)
        self.memory_note.setObjectName(u"memory_note")

        self.memory_card_top.addWidget(self.memory_note)


        self.memory_card_column.addLayout(self.memory_card_top)

        self.memory_bars = SmallBars(self.memory_card)
        self.memory_bars.setObjectName(u"memory_bars")
        sizePolicy4.setHeightForWidth(self.memory_bars.sizePolicy().hasHeightForWidth())
        self.memory_bars.setSizePolicy(sizePolicy4)

        self.memory_card_column.addWidget(self.memory_bars)


        self.lower.addWidget(self.memory_card)

        self.findings_card = QFrame(self.charts)
        self.findings_card.setObjectName(u"findings_card")
        self.findings_card.setProperty(u"card", True)
        self.findings_card_column = QVBoxLayout(self.findings_card)
        self.findings_card_column.setSpacing(8)
        self.findings_card_column.setObjectName(u"findings_card_column")
        self.findings_card_column.setContentsMargins(28, 20, 28, 20)
        self.findings_card_top = QHBoxLayout()
        self.findings_card_top.setSpacing(16)
        self.findings_card_top.setObjectName(u"findings_card_top")
        self.findings_card_top.setContentsMargins(0, 0, 0, 0)
        self.findings_card_title = PlainText(self.findings_card)
        self.findings_card_title.setObjectName(u"findings_card_title")
        self.findings_card_title.setProperty(u"role", u"body_strong")
        self.findings_card_title.setProperty(u"tone", u"text1")
        sizePolicy5.setHeightForWidth(self.findings_card_title.sizePolicy().hasHeightForWidth())
        self.findings_card_title.setSizePolicy(sizePolicy5)

        self.findings_card_top.addWidget(self.findings_card_title)

        self.findings_note = TextLine(self.findings_card)
        self.findings_note.setObjectName(u"findings_note")

        self.findings_card_top.addWidget(self.findings_note)


        self.findings_card_column.addLayout(self.findings_card_top)

        self.findings = Findings(self.findings_card)
        self.findings.setObjectName(u"findings")
        sizePolicy4.setHeightForWidth(self.findings.sizePolicy().hasHeightForWidth())
        self.findings.setSizePolicy(sizePolicy4)

        self.findings_card_column.addWidget(self.findings)


        self.lower.addWidget(self.findings_card)

        self.lower.setStretch(0, 540)
        self.lower.setStretch(1, 540)
        self.lower.setStretch(2, 712)

        self.charts_column.addLayout(self.lower)

        self.charts_column.setStretch(0, 560)
        self.charts_column.setStretch(1, 304)
        self.stack.addWidget(self.charts)
        self.empty = QWidget()
        self.empty.setObjectName(u"empty")
        self.empty_column = QVBoxLayout(self.empty)
        self.empty_column.setSpacing(0)
        self.empty_column.setObjectName(u"empty_column")
        self.empty_column.setContentsMargins(0, 0, 0, 0)
        self.empty_card = QFrame(self.empty)
        self.empty_card.setObjectName(u"empty_card")
        self.empty_card.setProperty(u"card", True)
        self.empty_inner = QVBoxLayout(self.empty_card)
        self.empty_inner.setSpacing(16)
        self.empty_inner.setObjectName(u"empty_inner")
        self.empty_inner.setContentsMargins(160, 40, 160, 40)
        self.spacer_2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.empty_inner.addItem(self.spacer_2)

        self.empty_title = PlainText(self.empty_card)
        self.empty_title.setObjectName(u"empty_title")
        self.empty_title.setProperty(u"role", u"headline")
        self.empty_title.setProperty(u"tone", u"text1")
        self.empty_title.setAlignment(Qt.AlignmentFlag.AlignCenter)

        self.empty_inner.addWidget(self.empty_title)

        self.empty_text = PlainText(self.empty_card)
        self.empty_text.setObjectName(u"empty_text")
        self.empty_text.setProperty(u"role", u"body")
        self.empty_text.setProperty(u"tone", u"text2")
        self.empty_text.setWordWrap(True)
        self.empty_text.setMinimumSize(QSize(1040, 0))
        self.empty_text.setMaximumSize(QSize(1040, 16777215))
        self.empty_text.setAlignment(Qt.AlignmentFlag.AlignCenter)

        self.empty_inner.addWidget(self.empty_text, 0, Qt.AlignmentFlag.AlignHCenter)

        self.spacer_3 = QSpacerItem(0, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.empty_inner.addItem(self.spacer_3)

        self.empty_button = ActionButton(self.empty_card)
        self.empty_button.setObjectName(u"empty_button")
        self.empty_button.setProperty(u"finger", True)
        self.empty_button.setProperty(u"kind", u"main")
        self.empty_button.setProperty(u"icon_name", u"play-fill")

        self.empty_inner.addWidget(self.empty_button, 0, Qt.AlignmentFlag.AlignHCenter)

        self.spacer_4 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.empty_inner.addItem(self.spacer_4)


        self.empty_column.addWidget(self.empty_card)

        self.stack.addWidget(self.empty)
        self.table_side = QWidget()
        self.table_side.setObjectName(u"table_side")
        self.table_column = QVBoxLayout(self.table_side)
        self.table_column.setSpacing(16)
        self.table_column.setObjectName(u"table_column")
        self.table_column.setContentsMargins(0, 0, 0, 0)
        self.table_top = QHBoxLayout()
        self.table_top.setSpacing(16)
        self.table_top.setObjectName(u"table_top")
        self.table_top.setContentsMargins(28, 0, 0, 0)
        self.table_note = PlainText(self.table_side)
        self.table_note.setObjectName(u"table_note")
        self.table_note.setProperty(u"role", u"small")
        self.table_note.setProperty(u"tone", u"text2")
        self.table_note.setWordWrap(True)
        sizePolicy1.setHeightForWidth(self.table_note.sizePolicy().hasHeightForWidth())
        self.table_note.setSizePolicy(sizePolicy1)

        self.table_top.addWidget(self.table_note)

        self.copy_table_button = ActionButton(self.table_side)
        self.copy_table_button.setObjectName(u"copy_table_button")
        self.copy_table_button.setProperty(u"finger", True)
        self.copy_table_button.setProperty(u"kind", u"outline")
        self.copy_table_button.setProperty(u"icon_name", u"copy-bold")

        self.table_top.addWidget(self.copy_table_button)


        self.table_column.addLayout(self.table_top)

        self.table = DataTable(self.table_side)
        self.table.setObjectName(u"table")

        self.table_column.addWidget(self.table)

        self.table_column.setStretch(1, 1)
        self.stack.addWidget(self.table_side)
        self.more = MorePage()
        self.more.setObjectName(u"more")
        self.stack.addWidget(self.more)

        self.column.addWidget(self.stack)


        self.retranslateUi(page)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, page):
        pass
    # retranslateUi


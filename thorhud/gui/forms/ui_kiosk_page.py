# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'kiosk_page.ui'
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

from thorhud.gui.pages.stage_area import StageArea
from thorhud.gui.widgets.address_rows import AddressRows
from thorhud.gui.widgets.banner_bar import BannerBar
from thorhud.gui.widgets.chat_card import ChatCard
from thorhud.gui.widgets.cup_card import CupCard
from thorhud.gui.widgets.hardware_row import HardwareRow
from thorhud.gui.widgets.memory_bar import MemoryBar
from thorhud.gui.widgets.model_strip import ModelStrip
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.widgets.unit_number import UnitNumber
from thorhud.gui.widgets.waiting_panel import WaitingPanel

class Ui_KioskPage(object):
    def setupUi(self, KioskPage):
        if not KioskPage.objectName():
            KioskPage.setObjectName(u"KioskPage")
        KioskPage.resize(1920, 1080)
        self.page = QVBoxLayout(KioskPage)
        self.page.setSpacing(0)
        self.page.setObjectName(u"page")
        self.page.setContentsMargins(0, 0, 0, 0)
        self.banner_bar = BannerBar(KioskPage)
        self.banner_bar.setObjectName(u"banner_bar")

        self.page.addWidget(self.banner_bar)

        self.columns = QHBoxLayout()
        self.columns.setSpacing(48)
        self.columns.setObjectName(u"columns")
        self.columns.setContentsMargins(40, 0, 40, 40)
        self.identity_column = QWidget(KioskPage)
        self.identity_column.setObjectName(u"identity_column")
        self.identity_column.setMinimumSize(QSize(520, 0))
        self.identity_column.setMaximumSize(QSize(520, 16777215))
        self.identity = QVBoxLayout(self.identity_column)
        self.identity.setSpacing(0)
        self.identity.setObjectName(u"identity")
        self.identity.setContentsMargins(0, 0, 0, 0)
        self.place_row = QHBoxLayout()
        self.place_row.setSpacing(16)
        self.place_row.setObjectName(u"place_row")
        self.place_row.setContentsMargins(0, 0, 0, 0)
        self.place_line = TextLine(self.identity_column)
        self.place_line.setObjectName(u"place_line")

        self.place_row.addWidget(self.place_line)

        self.space_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.place_row.addItem(self.space_1)

        self.clock_line = TextLine(self.identity_column)
        self.clock_line.setObjectName(u"clock_line")

        self.place_row.addWidget(self.clock_line)


        self.identity.addLayout(self.place_row)

        self.space_2 = QSpacerItem(0, 17, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_2)

        self.unit_number = UnitNumber(self.identity_column)
        self.unit_number.setObjectName(u"unit_number")

        self.identity.addWidget(self.unit_number)

        self.space_3 = QSpacerItem(0, 19, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_3)

        self.hostname_line = TextLine(self.identity_column)
        self.hostname_line.setObjectName(u"hostname_line")

        self.identity.addWidget(self.hostname_line)

        self.space_4 = QSpacerItem(0, 22, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_4)

        self.line_1 = QFrame(self.identity_column)
        self.line_1.setObjectName(u"line_1")
        self.line_1.setProperty(u"line", u"true")
        self.line_1.setMinimumSize(QSize(0, 1))
        self.line_1.setMaximumSize(QSize(16777215, 1))

        self.identity.addWidget(self.line_1)

        self.space_5 = QSpacerItem(0, 12, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_5)

        self.address_rows = AddressRows(self.identity_column)
        self.address_rows.setObjectName(u"address_rows")

        self.identity.addWidget(self.address_rows)

        self.space_6 = QSpacerItem(0, 11, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_6)

        self.line_2 = QFrame(self.identity_column)
        self.line_2.setObjectName(u"line_2")
        self.line_2.setProperty(u"line", u"true")
        self.line_2.setMinimumSize(QSize(0, 1))
        self.line_2.setMaximumSize(QSize(16777215, 1))

        self.identity.addWidget(self.line_2)

        self.space_7 = QSpacerItem(0, 23, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.identity.addItem(self.space_7)

        self.chat_card = ChatCard(self.identity_column)
        self.chat_card.setObjectName(u"chat_card")

        self.identity.addWidget(self.chat_card)

        self.space_8 = QSpacerItem(0, 16, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.identity.addItem(self.space_8)

        self.cup_card = CupCard(self.identity_column)
        self.cup_card.setObjectName(u"cup_card")

        self.identity.addWidget(self.cup_card)


        self.columns.addWidget(self.identity_column)

        self.right_column = QVBoxLayout()
        self.right_column.setSpacing(0)
        self.right_column.setObjectName(u"right_column")
        self.right_column.setContentsMargins(0, 0, 0, 0)
        self.space_9 = QSpacerItem(0, 2, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.right_column.addItem(self.space_9)

        self.stage_slot = QVBoxLayout()
        self.stage_slot.setSpacing(0)
        self.stage_slot.setObjectName(u"stage_slot")
        self.stage_slot.setContentsMargins(0, 0, 0, 0)
        self.waiting_panel = WaitingPanel(KioskPage)
        self.waiting_panel.setObjectName(u"waiting_panel")

        self.stage_slot.addWidget(self.waiting_panel)

        self.stage_area = StageArea(KioskPage)
        self.stage_area.setObjectName(u"stage_area")

        self.stage_slot.addWidget(self.stage_area)


        self.right_column.addLayout(self.stage_slot)

        self.space_10 = QSpacerItem(0, 24, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.right_column.addItem(self.space_10)

        self.model_strip = ModelStrip(KioskPage)
        self.model_strip.setObjectName(u"model_strip")

        self.right_column.addWidget(self.model_strip)

        self.space_11 = QSpacerItem(0, 24, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.right_column.addItem(self.space_11)

        self.memory_bar = MemoryBar(KioskPage)
        self.memory_bar.setObjectName(u"memory_bar")

        self.right_column.addWidget(self.memory_bar)

        self.space_12 = QSpacerItem(0, 16, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.right_column.addItem(self.space_12)

        self.hardware_row = HardwareRow(KioskPage)
        self.hardware_row.setObjectName(u"hardware_row")

        self.right_column.addWidget(self.hardware_row)


        self.columns.addLayout(self.right_column)

        self.columns.setStretch(1, 1)

        self.page.addLayout(self.columns)

        self.page.setStretch(1, 1)

        self.retranslateUi(KioskPage)
    # setupUi

    def retranslateUi(self, KioskPage):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'take_home_tab.ui'
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
from thorhud.gui.widgets.command_well import CommandWell
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.qr_code import QrCode

class Ui_TakeHomeTab(object):
    def setupUi(self, TakeHomeTab):
        if not TakeHomeTab.objectName():
            TakeHomeTab.setObjectName(u"TakeHomeTab")
        self.row = QHBoxLayout(TakeHomeTab)
        self.row.setSpacing(24)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.share_card = QFrame(TakeHomeTab)
        self.share_card.setObjectName(u"share_card")
        self.share_card.setProperty(u"card", True)
        self.share_column = QVBoxLayout(self.share_card)
        self.share_column.setSpacing(16)
        self.share_column.setObjectName(u"share_column")
        self.share_column.setContentsMargins(40, 32, 40, 32)
        self.share_title = PlainText(self.share_card)
        self.share_title.setObjectName(u"share_title")
        self.share_title.setProperty(u"role", u"body_strong")
        self.share_title.setProperty(u"tone", u"text1")

        self.share_column.addWidget(self.share_title)

        self.share_text = PlainText(self.share_card)
        self.share_text.setObjectName(u"share_text")
        self.share_text.setProperty(u"role", u"plain")
        self.share_text.setProperty(u"tone", u"text2")
        self.share_text.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.share_text.sizePolicy().hasHeightForWidth())
        self.share_text.setSizePolicy(sizePolicy)

        self.share_column.addWidget(self.share_text)

        self.qr_code = QrCode(self.share_card)
        self.qr_code.setObjectName(u"qr_code")
        self.qr_code.setMinimumSize(QSize(420, 420))
        self.qr_code.setMaximumSize(QSize(420, 420))

        self.share_column.addWidget(self.qr_code, 0, Qt.AlignmentFlag.AlignHCenter)

        self.address_label = PlainText(self.share_card)
        self.address_label.setObjectName(u"address_label")
        self.address_label.setProperty(u"role", u"address_small")
        self.address_label.setProperty(u"tone", u"text1")
        self.address_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.address_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.address_label.sizePolicy().hasHeightForWidth())
        self.address_label.setSizePolicy(sizePolicy)

        self.share_column.addWidget(self.address_label)

        self.reason_label = PlainText(self.share_card)
        self.reason_label.setObjectName(u"reason_label")
        self.reason_label.setProperty(u"role", u"plain")
        self.reason_label.setProperty(u"tone", u"amber")
        self.reason_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.reason_label.sizePolicy().hasHeightForWidth())
        self.reason_label.setSizePolicy(sizePolicy)

        self.share_column.addWidget(self.reason_label)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.share_column.addItem(self.spacer_1)

        self.share_button = ActionButton(self.share_card)
        self.share_button.setObjectName(u"share_button")
        self.share_button.setProperty(u"kind", u"main")
        self.share_button.setProperty(u"icon_name", u"plugs-bold")
        self.share_button.setProperty(u"finger", True)

        self.share_column.addWidget(self.share_button)

        self.stop_button = ActionButton(self.share_card)
        self.stop_button.setObjectName(u"stop_button")
        self.stop_button.setProperty(u"kind", u"outline")
        self.stop_button.setProperty(u"icon_name", u"stop-fill")
        self.stop_button.setProperty(u"finger", True)

        self.share_column.addWidget(self.stop_button)


        self.row.addWidget(self.share_card)

        self.export_card = QFrame(TakeHomeTab)
        self.export_card.setObjectName(u"export_card")
        self.export_card.setProperty(u"card", True)
        self.export_column = QVBoxLayout(self.export_card)
        self.export_column.setSpacing(16)
        self.export_column.setObjectName(u"export_column")
        self.export_column.setContentsMargins(40, 32, 40, 32)
        self.export_title = PlainText(self.export_card)
        self.export_title.setObjectName(u"export_title")
        self.export_title.setProperty(u"role", u"body_strong")
        self.export_title.setProperty(u"tone", u"text1")

        self.export_column.addWidget(self.export_title)

        self.export_text = PlainText(self.export_card)
        self.export_text.setObjectName(u"export_text")
        self.export_text.setProperty(u"role", u"plain")
        self.export_text.setProperty(u"tone", u"text2")
        self.export_text.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.export_text.sizePolicy().hasHeightForWidth())
        self.export_text.setSizePolicy(sizePolicy)

        self.export_column.addWidget(self.export_text)

        self.report_well = CommandWell(self.export_card)
        self.report_well.setObjectName(u"report_well")
        self.report_well.setMaximumSize(QSize(16777215, 190))

        self.export_column.addWidget(self.report_well)

        self.copy_well = CommandWell(self.export_card)
        self.copy_well.setObjectName(u"copy_well")
        self.copy_well.setMaximumSize(QSize(16777215, 190))

        self.export_column.addWidget(self.copy_well)

        self.spacer_2 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.export_column.addItem(self.spacer_2)


        self.row.addWidget(self.export_card)

        self.row.setStretch(0, 1)
        self.row.setStretch(1, 1)

        self.retranslateUi(TakeHomeTab)
    # setupUi

    def retranslateUi(self, TakeHomeTab):
        pass
    # retranslateUi


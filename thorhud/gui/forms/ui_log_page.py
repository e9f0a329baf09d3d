# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'log_page.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.text_line import TextLine

class Ui_LogPage(object):
    def setupUi(self, page):
        if not page.objectName():
            page.setObjectName(u"page")
        self.column = QVBoxLayout(page)
        self.column.setSpacing(20)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(40, 32, 40, 40)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.title_label = PlainText(page)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"headline")
        self.title_label.setProperty(u"tone", u"text1")

        self.top.addWidget(self.title_label)

        self.count_line = TextLine(page)
        self.count_line.setObjectName(u"count_line")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.count_line.sizePolicy().hasHeightForWidth())
        self.count_line.setSizePolicy(sizePolicy)

        self.top.addWidget(self.count_line)

        self.follow_button = ActionButton(page)
        self.follow_button.setObjectName(u"follow_button")
        self.follow_button.setProperty(u"kind", u"outline")
        self.follow_button.setProperty(u"icon_name", u"check-bold")

        self.top.addWidget(self.follow_button)

        self.back_button = ActionButton(page)
        self.back_button.setObjectName(u"back_button")
        self.back_button.setProperty(u"kind", u"secondary")
        self.back_button.setProperty(u"icon_name", u"arrow-left-bold")

        self.top.addWidget(self.back_button)


        self.column.addLayout(self.top)

        self.log_view = MonoText(page)
        self.log_view.setObjectName(u"log_view")

        self.column.addWidget(self.log_view)


        self.retranslateUi(page)
    # setupUi

    def retranslateUi(self, page):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'more_page.ui'
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
from PySide6.QtWidgets import (QApplication, QSizePolicy, QStackedWidget, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.choice_bar import ChoiceBar

class Ui_MorePage(object):
    def setupUi(self, MorePage):
        if not MorePage.objectName():
            MorePage.setObjectName(u"MorePage")
        self.column = QVBoxLayout(MorePage)
        self.column.setSpacing(20)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.tabs = ChoiceBar(MorePage)
        self.tabs.setObjectName(u"tabs")

        self.column.addWidget(self.tabs)

        self.pages = QStackedWidget(MorePage)
        self.pages.setObjectName(u"pages")

        self.column.addWidget(self.pages)

        self.column.setStretch(1, 1)

        self.retranslateUi(MorePage)
    # setupUi

    def retranslateUi(self, MorePage):
        pass
    # retranslateUi


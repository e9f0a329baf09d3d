# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'empty_card.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText

class Ui_EmptyCard(object):
    def setupUi(self, EmptyCard):
        if not EmptyCard.objectName():
            EmptyCard.setObjectName(u"EmptyCard")
        EmptyCard.setProperty(u"card", True)
        self.column = QVBoxLayout(EmptyCard)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(60, 40, 60, 40)
        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.spacer_1)

        self.title_label = PlainText(EmptyCard)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"headline")
        self.title_label.setProperty(u"tone", u"text1")
        self.title_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title_label.setWordWrap(True)

        self.column.addWidget(self.title_label)

        self.text_label = PlainText(EmptyCard)
        self.text_label.setObjectName(u"text_label")
        self.text_label.setProperty(u"role", u"body")
        self.text_label.setProperty(u"tone", u"text2")
        self.text_label.setWordWrap(True)
        self.text_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text_label.setMinimumSize(QSize(1040, 0))
        self.text_label.setMaximumSize(QSize(1040, 16777215))

        self.column.addWidget(self.text_label, 0, Qt.AlignmentFlag.AlignHCenter)

        self.spacer_2 = QSpacerItem(0, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.column.addItem(self.spacer_2)

        self.button = ActionButton(EmptyCard)
        self.button.setObjectName(u"button")
        self.button.setProperty(u"kind", u"main")
        self.button.setProperty(u"icon_name", u"play-fill")
        self.button.setProperty(u"finger", True)

        self.column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)

        self.spacer_3 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.spacer_3)


        self.retranslateUi(EmptyCard)
    # setupUi

    def retranslateUi(self, EmptyCard):
        pass
    # retranslateUi


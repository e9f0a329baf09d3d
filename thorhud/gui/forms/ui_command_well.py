# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'command_well.ui'
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
    QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.widgets.plain_text import PlainText

class Ui_CommandWell(object):
    def setupUi(self, CommandWell):
        if not CommandWell.objectName():
            CommandWell.setObjectName(u"CommandWell")
        self.column = QVBoxLayout(CommandWell)
        self.column.setSpacing(4)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.title_label = PlainText(CommandWell)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"label_strong")
        self.title_label.setProperty(u"tone", u"text1")

        self.top.addWidget(self.title_label)

        self.meaning_label = PlainText(CommandWell)
        self.meaning_label.setObjectName(u"meaning_label")
        self.meaning_label.setProperty(u"role", u"note")
        self.meaning_label.setProperty(u"tone", u"text2")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.meaning_label.sizePolicy().hasHeightForWidth())
        self.meaning_label.setSizePolicy(sizePolicy)

        self.top.addWidget(self.meaning_label)

        self.copy_button = ActionButton(CommandWell)
        self.copy_button.setObjectName(u"copy_button")
        self.copy_button.setProperty(u"kind", u"quiet")
        self.copy_button.setProperty(u"icon_name", u"copy-bold")
        self.copy_button.setProperty(u"role", u"label_strong")

        self.top.addWidget(self.copy_button)


        self.column.addLayout(self.top)

        self.command_view = MonoText(CommandWell)
        self.command_view.setObjectName(u"command_view")
        self.command_view.setProperty(u"role", u"log")
        self.command_view.setMinimumSize(QSize(0, 72))

        self.column.addWidget(self.command_view)


        self.retranslateUi(CommandWell)
    # setupUi

    def retranslateUi(self, CommandWell):
        pass
    # retranslateUi


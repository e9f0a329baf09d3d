# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'idle_panel.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.text_line import TextLine

class Ui_IdlePanel(object):
    def setupUi(self, IdlePanel):
        if not IdlePanel.objectName():
            IdlePanel.setObjectName(u"IdlePanel")
        self.column = QVBoxLayout(IdlePanel)
        self.column.setSpacing(12)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.words = QVBoxLayout()
        self.words.setSpacing(4)
        self.words.setObjectName(u"words")
        self.words.setContentsMargins(0, 0, 0, 0)
        self.headline_label = PlainText(IdlePanel)
        self.headline_label.setObjectName(u"headline_label")
        self.headline_label.setProperty(u"role", u"headline")
        self.headline_label.setProperty(u"tone", u"text1")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.headline_label.sizePolicy().hasHeightForWidth())
        self.headline_label.setSizePolicy(sizePolicy)

        self.words.addWidget(self.headline_label)

        self.free_line = TextLine(IdlePanel)
        self.free_line.setObjectName(u"free_line")

        self.words.addWidget(self.free_line)


        self.top.addLayout(self.words)

        self.cancel_button = ActionButton(IdlePanel)
        self.cancel_button.setObjectName(u"cancel_button")
        self.cancel_button.setProperty(u"kind", u"outline")
        self.cancel_button.setProperty(u"icon_name", u"x-bold")

        self.top.addWidget(self.cancel_button)

        self.options_button = ActionButton(IdlePanel)
        self.options_button.setObjectName(u"options_button")
        self.options_button.setProperty(u"kind", u"outline")
        self.options_button.setProperty(u"icon_name", u"wrench-bold")

        self.top.addWidget(self.options_button)

        self.compare_button = ActionButton(IdlePanel)
        self.compare_button.setObjectName(u"compare_button")
        self.compare_button.setProperty(u"kind", u"secondary")
        self.compare_button.setProperty(u"icon_name", u"chart-bar-bold")

        self.top.addWidget(self.compare_button)

        self.top.setStretch(0, 1)

        self.column.addLayout(self.top)

        self.next_label = PlainText(IdlePanel)
        self.next_label.setObjectName(u"next_label")
        self.next_label.setProperty(u"role", u"note")
        self.next_label.setProperty(u"tone", u"text3")
        self.next_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.next_label.sizePolicy().hasHeightForWidth())
        self.next_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.next_label)

        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.column.addItem(self.spacer_1)


        self.retranslateUi(IdlePanel)
    # setupUi

    def retranslateUi(self, IdlePanel):
        pass
    # retranslateUi


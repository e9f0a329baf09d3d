# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'answers_tab.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QSizePolicy, QStackedWidget,
    QVBoxLayout, QWidget)

from thorhud.gui.widgets.answer_side import AnswerSide
from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.plain_text import PlainText

class Ui_AnswersTab(object):
    def setupUi(self, AnswersTab):
        if not AnswersTab.objectName():
            AnswersTab.setObjectName(u"AnswersTab")
        self.column = QVBoxLayout(AnswersTab)
        self.column.setSpacing(14)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.pickers = QHBoxLayout()
        self.pickers.setSpacing(24)
        self.pickers.setObjectName(u"pickers")
        self.pickers.setContentsMargins(0, 0, 0, 0)
        self.prompt_column = QVBoxLayout()
        self.prompt_column.setSpacing(6)
        self.prompt_column.setObjectName(u"prompt_column")
        self.prompt_column.setContentsMargins(0, 0, 0, 0)
        self.prompt_label = PlainText(AnswersTab)
        self.prompt_label.setObjectName(u"prompt_label")
        self.prompt_label.setProperty(u"role", u"small")
        self.prompt_label.setProperty(u"tone", u"text2")

        self.prompt_column.addWidget(self.prompt_label)

        self.prompt_picker = Picker(AnswersTab)
        self.prompt_picker.setObjectName(u"prompt_picker")

        self.prompt_column.addWidget(self.prompt_picker)


        self.pickers.addLayout(self.prompt_column)

        self.left_column = QVBoxLayout()
        self.left_column.setSpacing(6)
        self.left_column.setObjectName(u"left_column")
        self.left_column.setContentsMargins(0, 0, 0, 0)
        self.left_label = PlainText(AnswersTab)
        self.left_label.setObjectName(u"left_label")
        self.left_label.setProperty(u"role", u"small")
        self.left_label.setProperty(u"tone", u"text2")

        self.left_column.addWidget(self.left_label)

        self.left_picker = Picker(AnswersTab)
        self.left_picker.setObjectName(u"left_picker")

        self.left_column.addWidget(self.left_picker)


        self.pickers.addLayout(self.left_column)

        self.right_column = QVBoxLayout()
        self.right_column.setSpacing(6)
        self.right_column.setObjectName(u"right_column")
        self.right_column.setContentsMargins(0, 0, 0, 0)
        self.right_label = PlainText(AnswersTab)
        self.right_label.setObjectName(u"right_label")
        self.right_label.setProperty(u"role", u"small")
        self.right_label.setProperty(u"tone", u"text2")

        self.right_column.addWidget(self.right_label)

        self.right_picker = Picker(AnswersTab)
        self.right_picker.setObjectName(u"right_picker")

        self.right_column.addWidget(self.right_picker)


        self.pickers.addLayout(self.right_column)

        self.pickers.setStretch(0, 2)
        self.pickers.setStretch(1, 1)
        self.pickers.setStretch(2, 1)

        self.column.addLayout(self.pickers)

        self.prompt_text = PlainText(AnswersTab)
        self.prompt_text.setObjectName(u"prompt_text")
        self.prompt_text.setProperty(u"role", u"small")
        self.prompt_text.setProperty(u"tone", u"text2")
        self.prompt_text.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.prompt_text.sizePolicy().hasHeightForWidth())
        self.prompt_text.setSizePolicy(sizePolicy)

        self.column.addWidget(self.prompt_text)

        self.stack = QStackedWidget(AnswersTab)
        self.stack.setObjectName(u"stack")
        self.sides = QWidget()
        self.sides.setObjectName(u"sides")
        self.sides_column = QVBoxLayout(self.sides)
        self.sides_column.setSpacing(8)
        self.sides_column.setObjectName(u"sides_column")
        self.sides_column.setContentsMargins(0, 0, 0, 0)
        self.sides_row = QHBoxLayout()
        self.sides_row.setSpacing(24)
        self.sides_row.setObjectName(u"sides_row")
        self.sides_row.setContentsMargins(0, 0, 0, 0)
        self.left = AnswerSide(self.sides)
        self.left.setObjectName(u"left")

        self.sides_row.addWidget(self.left)

        self.right = AnswerSide(self.sides)
        self.right.setObjectName(u"right")

        self.sides_row.addWidget(self.right)

        self.sides_row.setStretch(0, 1)
        self.sides_row.setStretch(1, 1)

        self.sides_column.addLayout(self.sides_row)

        self.alike_label = PlainText(self.sides)
        self.alike_label.setObjectName(u"alike_label")
        self.alike_label.setProperty(u"role", u"plain")
        self.alike_label.setProperty(u"tone", u"text1")
        self.alike_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.alike_label.sizePolicy().hasHeightForWidth())
        self.alike_label.setSizePolicy(sizePolicy)

        self.sides_column.addWidget(self.alike_label)

        self.caution_label = PlainText(self.sides)
        self.caution_label.setObjectName(u"caution_label")
        self.caution_label.setProperty(u"role", u"small")
        self.caution_label.setProperty(u"tone", u"text2")
        self.caution_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.caution_label.sizePolicy().hasHeightForWidth())
        self.caution_label.setSizePolicy(sizePolicy)

        self.sides_column.addWidget(self.caution_label)

        self.sides_column.setStretch(0, 1)
        self.stack.addWidget(self.sides)
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

        self.column.addWidget(self.stack)

        self.column.setStretch(2, 1)

        self.retranslateUi(AnswersTab)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, AnswersTab):
        pass
    # retranslateUi


# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'vote_tab.ui'
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
    QStackedWidget, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.diff_text import DiffText
from thorhud.gui.widgets.empty_card import EmptyCard
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.sentences import Sentences

class Ui_VoteTab(object):
    def setupUi(self, VoteTab):
        if not VoteTab.objectName():
            VoteTab.setObjectName(u"VoteTab")
        self.column = QVBoxLayout(VoteTab)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.prompt_label = PlainText(VoteTab)
        self.prompt_label.setObjectName(u"prompt_label")
        self.prompt_label.setProperty(u"role", u"plain")
        self.prompt_label.setProperty(u"tone", u"text1")
        self.prompt_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.prompt_label.sizePolicy().hasHeightForWidth())
        self.prompt_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.prompt_label)

        self.stack = QStackedWidget(VoteTab)
        self.stack.setObjectName(u"stack")
        self.ballot = QWidget()
        self.ballot.setObjectName(u"ballot")
        self.ballot_column = QVBoxLayout(self.ballot)
        self.ballot_column.setSpacing(16)
        self.ballot_column.setObjectName(u"ballot_column")
        self.ballot_column.setContentsMargins(0, 0, 0, 0)
        self.sides = QHBoxLayout()
        self.sides.setSpacing(24)
        self.sides.setObjectName(u"sides")
        self.sides.setContentsMargins(0, 0, 0, 0)
        self.a_card = QFrame(self.ballot)
        self.a_card.setObjectName(u"a_card")
        self.a_card.setProperty(u"card", True)
        self.a_column = QVBoxLayout(self.a_card)
        self.a_column.setSpacing(8)
        self.a_column.setObjectName(u"a_column")
        self.a_column.setContentsMargins(28, 20, 28, 20)
        self.a_title = PlainText(self.a_card)
        self.a_title.setObjectName(u"a_title")
        self.a_title.setProperty(u"role", u"body_strong")
        self.a_title.setProperty(u"tone", u"text1")

        self.a_column.addWidget(self.a_title)

        self.a_name = PlainText(self.a_card)
        self.a_name.setObjectName(u"a_name")
        self.a_name.setProperty(u"role", u"small")
        self.a_name.setProperty(u"tone", u"text2")

        self.a_column.addWidget(self.a_name)

        self.a_text = DiffText(self.a_card)
        self.a_text.setObjectName(u"a_text")

        self.a_column.addWidget(self.a_text)

        self.a_column.setStretch(2, 1)

        self.sides.addWidget(self.a_card)

        self.b_card = QFrame(self.ballot)
        self.b_card.setObjectName(u"b_card")
        self.b_card.setProperty(u"card", True)
        self.b_column = QVBoxLayout(self.b_card)
        self.b_column.setSpacing(8)
        self.b_column.setObjectName(u"b_column")
        self.b_column.setContentsMargins(28, 20, 28, 20)
        self.b_title = PlainText(self.b_card)
        self.b_title.setObjectName(u"b_title")
        self.b_title.setProperty(u"role", u"body_strong")
        self.b_title.setProperty(u"tone", u"text1")

        self.b_column.addWidget(self.b_title)

        self.b_name = PlainText(self.b_card)
        self.b_name.setObjectName(u"b_name")
        self.b_name.setProperty(u"role", u"small")
        self.b_name.setProperty(u"tone", u"text2")

        self.b_column.addWidget(self.b_name)

        self.b_text = DiffText(self.b_card)
        self.b_text.setObjectName(u"b_text")

        self.b_column.addWidget(self.b_text)

        self.b_column.setStretch(2, 1)

        self.sides.addWidget(self.b_card)

        self.sides.setStretch(0, 1)
        self.sides.setStretch(1, 1)

        self.ballot_column.addLayout(self.sides)

        self.choices = QHBoxLayout()
        self.choices.setSpacing(24)
        self.choices.setObjectName(u"choices")
        self.choices.setContentsMargins(0, 0, 0, 0)
        self.a_button = ActionButton(self.ballot)
        self.a_button.setObjectName(u"a_button")
        self.a_button.setProperty(u"kind", u"outline")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.a_button.sizePolicy().hasHeightForWidth())
        self.a_button.setSizePolicy(sizePolicy1)
        self.a_button.setProperty(u"finger", True)

        self.choices.addWidget(self.a_button)

        self.same_button = ActionButton(self.ballot)
        self.same_button.setObjectName(u"same_button")
        self.same_button.setProperty(u"kind", u"outline")
        sizePolicy1.setHeightForWidth(self.same_button.sizePolicy().hasHeightForWidth())
        self.same_button.setSizePolicy(sizePolicy1)
        self.same_button.setProperty(u"finger", True)

        self.choices.addWidget(self.same_button)

        self.b_button = ActionButton(self.ballot)
        self.b_button.setObjectName(u"b_button")
        self.b_button.setProperty(u"kind", u"outline")
        sizePolicy1.setHeightForWidth(self.b_button.sizePolicy().hasHeightForWidth())
        self.b_button.setSizePolicy(sizePolicy1)
        self.b_button.setProperty(u"finger", True)

        self.choices.addWidget(self.b_button)

        self.choices.setStretch(0, 1)
        self.choices.setStretch(1, 1)
        self.choices.setStretch(2, 1)

        self.ballot_column.addLayout(self.choices)

        self.after = QHBoxLayout()
        self.after.setSpacing(24)
        self.after.setObjectName(u"after")
        self.after.setContentsMargins(0, 0, 0, 0)
        self.result_label = PlainText(self.ballot)
        self.result_label.setObjectName(u"result_label")
        self.result_label.setProperty(u"role", u"plain")
        self.result_label.setProperty(u"tone", u"text1")
        self.result_label.setWordWrap(True)
        sizePolicy.setHeightForWidth(self.result_label.sizePolicy().hasHeightForWidth())
        self.result_label.setSizePolicy(sizePolicy)

        self.after.addWidget(self.result_label)

        self.next_button = ActionButton(self.ballot)
        self.next_button.setObjectName(u"next_button")
        self.next_button.setProperty(u"kind", u"main")
        self.next_button.setProperty(u"icon_name", u"play-fill")
        self.next_button.setProperty(u"finger", True)

        self.after.addWidget(self.next_button)


        self.ballot_column.addLayout(self.after)

        self.ballot_column.setStretch(0, 1)
        self.stack.addWidget(self.ballot)
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

        self.tally_card = QFrame(VoteTab)
        self.tally_card.setObjectName(u"tally_card")
        self.tally_card.setProperty(u"card", True)
        self.tally_card_column = QVBoxLayout(self.tally_card)
        self.tally_card_column.setSpacing(8)
        self.tally_card_column.setObjectName(u"tally_card_column")
        self.tally_card_column.setContentsMargins(28, 20, 28, 20)
        self.tally_card_top = QHBoxLayout()
        self.tally_card_top.setSpacing(16)
        self.tally_card_top.setObjectName(u"tally_card_top")
        self.tally_card_top.setContentsMargins(0, 0, 0, 0)
        self.tally_card_title = PlainText(self.tally_card)
        self.tally_card_title.setObjectName(u"tally_card_title")
        self.tally_card_title.setProperty(u"role", u"body_strong")
        self.tally_card_title.setProperty(u"tone", u"text1")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy2.setHorizontalStretch(1)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.tally_card_title.sizePolicy().hasHeightForWidth())
        self.tally_card_title.setSizePolicy(sizePolicy2)

        self.tally_card_top.addWidget(self.tally_card_title)


        self.tally_card_column.addLayout(self.tally_card_top)

        self.tally = Sentences(self.tally_card)
        self.tally.setObjectName(u"tally")

        self.tally_card_column.addWidget(self.tally)


        self.column.addWidget(self.tally_card)

        self.column.setStretch(1, 1)

        self.retranslateUi(VoteTab)

        self.stack.setCurrentIndex(0)

    # setupUi

    def retranslateUi(self, VoteTab):
        pass
    # retranslateUi


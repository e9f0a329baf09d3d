# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'note_card.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QHBoxLayout, QPlainTextEdit,
    QSizePolicy, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.plain_text import PlainText

class Ui_NoteCard(object):
    def setupUi(self, NoteCard):
        if not NoteCard.objectName():
            NoteCard.setObjectName(u"NoteCard")
        self.column = QVBoxLayout(NoteCard)
        self.column.setSpacing(10)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(28, 20, 28, 20)
        self.question_label = PlainText(NoteCard)
        self.question_label.setObjectName(u"question_label")
        self.question_label.setProperty(u"role", u"strong")
        self.question_label.setProperty(u"tone", u"text1")
        self.question_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.question_label.sizePolicy().hasHeightForWidth())
        self.question_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.question_label)

        self.text = QPlainTextEdit(NoteCard)
        self.text.setObjectName(u"text")

        self.column.addWidget(self.text)

        self.row = QHBoxLayout()
        self.row.setSpacing(16)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.state_label = PlainText(NoteCard)
        self.state_label.setObjectName(u"state_label")
        self.state_label.setProperty(u"role", u"small")
        self.state_label.setProperty(u"tone", u"text2")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(1)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.state_label.sizePolicy().hasHeightForWidth())
        self.state_label.setSizePolicy(sizePolicy1)

        self.row.addWidget(self.state_label)

        self.save_button = ActionButton(NoteCard)
        self.save_button.setObjectName(u"save_button")
        self.save_button.setProperty(u"kind", u"outline")
        self.save_button.setProperty(u"icon_name", u"check-bold")
        self.save_button.setProperty(u"finger", True)

        self.row.addWidget(self.save_button)


        self.column.addLayout(self.row)

        self.column.setStretch(1, 1)

        self.retranslateUi(NoteCard)
    # setupUi

    def retranslateUi(self, NoteCard):
        pass
    # retranslateUi


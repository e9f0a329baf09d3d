# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'notes_tab.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QGridLayout, QHBoxLayout,
    QSizePolicy, QVBoxLayout, QWidget)

from thorhud.gui.widgets.note_card import NoteCard
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.plain_text import PlainText

class Ui_NotesTab(object):
    def setupUi(self, NotesTab):
        if not NotesTab.objectName():
            NotesTab.setObjectName(u"NotesTab")
        self.column = QVBoxLayout(NotesTab)
        self.column.setSpacing(24)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.lead_label = PlainText(NotesTab)
        self.lead_label.setObjectName(u"lead_label")
        self.lead_label.setProperty(u"role", u"plain")
        self.lead_label.setProperty(u"tone", u"text2")
        self.lead_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.lead_label.sizePolicy().hasHeightForWidth())
        self.lead_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.lead_label)

        self.grid = QGridLayout()
        self.grid.setSpacing(24)
        self.grid.setObjectName(u"grid")

        self.column.addLayout(self.grid)

        self.about_card = QFrame(NotesTab)
        self.about_card.setObjectName(u"about_card")
        self.about_card.setProperty(u"card", True)
        self.about_column = QVBoxLayout(self.about_card)
        self.about_column.setSpacing(8)
        self.about_column.setObjectName(u"about_column")
        self.about_column.setContentsMargins(28, 20, 28, 20)
        self.about_row = QHBoxLayout()
        self.about_row.setSpacing(24)
        self.about_row.setObjectName(u"about_row")
        self.about_row.setContentsMargins(0, 0, 0, 0)
        self.about_label = PlainText(self.about_card)
        self.about_label.setObjectName(u"about_label")
        self.about_label.setProperty(u"role", u"body_strong")
        self.about_label.setProperty(u"tone", u"text1")

        self.about_row.addWidget(self.about_label)

        self.about_picker = Picker(self.about_card)
        self.about_picker.setObjectName(u"about_picker")

        self.about_row.addWidget(self.about_picker)

        self.about_row.setStretch(1, 1)

        self.about_column.addLayout(self.about_row)

        self.about_note = NoteCard(self.about_card)
        self.about_note.setObjectName(u"about_note")

        self.about_column.addWidget(self.about_note)

        self.about_column.setStretch(1, 1)

        self.column.addWidget(self.about_card)

        self.column.setStretch(1, 3)
        self.column.setStretch(2, 2)

        self.retranslateUi(NotesTab)
    # setupUi

    def retranslateUi(self, NotesTab):
        pass
    # retranslateUi


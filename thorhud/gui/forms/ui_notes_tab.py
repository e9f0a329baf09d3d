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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QScrollArea, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

from thorhud.gui.widgets.note_card import NoteCard
from thorhud.gui.widgets.plain_text import PlainText

class Ui_NotesTab(object):
    def setupUi(self, NotesTab):
        if not NotesTab.objectName():
            NotesTab.setObjectName(u"NotesTab")
        self.column = QVBoxLayout(NotesTab)
        self.column.setSpacing(16)
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

        self.row = QHBoxLayout()
        self.row.setSpacing(24)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.subject_area = QScrollArea(NotesTab)
        self.subject_area.setObjectName(u"subject_area")
        self.subject_area.setWidgetResizable(True)
        self.subject_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.subject_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.subject_column = QWidget()
        self.subject_column.setObjectName(u"subject_column")
        self.subjects = QVBoxLayout(self.subject_column)
        self.subjects.setSpacing(8)
        self.subjects.setObjectName(u"subjects")
        self.subjects.setContentsMargins(0, 0, 0, 0)
        self.spacer_1 = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.subjects.addItem(self.spacer_1)

        self.subject_area.setWidget(self.subject_column)

        self.row.addWidget(self.subject_area)

        self.note = NoteCard(NotesTab)
        self.note.setObjectName(u"note")
        self.note.setProperty(u"card", True)

        self.row.addWidget(self.note)

        self.row.setStretch(0, 1)
        self.row.setStretch(1, 1)

        self.column.addLayout(self.row)

        self.column.setStretch(1, 1)

        self.retranslateUi(NotesTab)
    # setupUi

    def retranslateUi(self, NotesTab):
        pass
    # retranslateUi


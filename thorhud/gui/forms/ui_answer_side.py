# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'answer_side.ui'
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
from PySide6.QtWidgets import (QApplication, QFrame, QSizePolicy, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.configuration_label import ConfigurationLabel
from thorhud.gui.widgets.diff_text import DiffText
from thorhud.gui.widgets.plain_text import PlainText

class Ui_AnswerSide(object):
    def setupUi(self, AnswerSide):
        if not AnswerSide.objectName():
            AnswerSide.setObjectName(u"AnswerSide")
        AnswerSide.setProperty(u"card", True)
        self.column = QVBoxLayout(AnswerSide)
        self.column.setSpacing(10)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(28, 20, 28, 20)
        self.name = ConfigurationLabel(AnswerSide)
        self.name.setObjectName(u"name")
        self.name.setProperty(u"role", u"body_strong")

        self.column.addWidget(self.name)

        self.checks_label = PlainText(AnswerSide)
        self.checks_label.setObjectName(u"checks_label")
        self.checks_label.setProperty(u"role", u"small")
        self.checks_label.setProperty(u"tone", u"text2")
        self.checks_label.setWordWrap(True)
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.checks_label.sizePolicy().hasHeightForWidth())
        self.checks_label.setSizePolicy(sizePolicy)

        self.column.addWidget(self.checks_label)

        self.text = DiffText(AnswerSide)
        self.text.setObjectName(u"text")

        self.column.addWidget(self.text)

        self.column.setStretch(2, 1)

        self.retranslateUi(AnswerSide)
    # setupUi

    def retranslateUi(self, AnswerSide):
        pass
    # retranslateUi


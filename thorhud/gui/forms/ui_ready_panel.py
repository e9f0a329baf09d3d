# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'ready_panel.ui'
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
from PySide6.QtWidgets import (QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout,
    QWidget)

from thorhud.gui.widgets.prompt_panel import PromptPanel
from thorhud.gui.widgets.remark_line import RemarkLine
from thorhud.gui.widgets.speed_panel import SpeedPanel

class Ui_ReadyPanel(object):
    def setupUi(self, ReadyPanel):
        if not ReadyPanel.objectName():
            ReadyPanel.setObjectName(u"ReadyPanel")
        self.row = QHBoxLayout(ReadyPanel)
        self.row.setSpacing(24)
        self.row.setObjectName(u"row")
        self.row.setContentsMargins(0, 0, 0, 0)
        self.left_column = QVBoxLayout()
        self.left_column.setSpacing(12)
        self.left_column.setObjectName(u"left_column")
        self.left_column.setContentsMargins(0, 0, 0, 0)
        self.prompt_panel = PromptPanel(ReadyPanel)
        self.prompt_panel.setObjectName(u"prompt_panel")

        self.left_column.addWidget(self.prompt_panel)

        self.remark_line = RemarkLine(ReadyPanel)
        self.remark_line.setObjectName(u"remark_line")

        self.left_column.addWidget(self.remark_line)

        self.left_column.setStretch(0, 1)

        self.row.addLayout(self.left_column)

        self.speed_panel = SpeedPanel(ReadyPanel)
        self.speed_panel.setObjectName(u"speed_panel")
        self.speed_panel.setMinimumSize(QSize(432, 0))
        self.speed_panel.setMaximumSize(QSize(432, 16777215))

        self.row.addWidget(self.speed_panel)

        self.row.setStretch(0, 1)

        self.retranslateUi(ReadyPanel)
    # setupUi

    def retranslateUi(self, ReadyPanel):
        pass
    # retranslateUi


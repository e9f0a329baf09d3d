# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'commands_dialog.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QSizePolicy,
    QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.command_well import CommandWell
from thorhud.gui.widgets.plain_text import PlainText

class Ui_CommandsDialog(object):
    def setupUi(self, CommandsDialog):
        if not CommandsDialog.objectName():
            CommandsDialog.setObjectName(u"CommandsDialog")
        self.column = QVBoxLayout(CommandsDialog)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(32, 28, 32, 32)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.title_label = PlainText(CommandsDialog)
        self.title_label.setObjectName(u"title_label")
        self.title_label.setProperty(u"role", u"title")
        self.title_label.setProperty(u"tone", u"text1")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.title_label.sizePolicy().hasHeightForWidth())
        self.title_label.setSizePolicy(sizePolicy)

        self.top.addWidget(self.title_label)

        self.done_button = ActionButton(CommandsDialog)
        self.done_button.setObjectName(u"done_button")
        self.done_button.setProperty(u"kind", u"secondary")
        self.done_button.setProperty(u"icon_name", u"x-bold")

        self.top.addWidget(self.done_button)


        self.column.addLayout(self.top)

        self.reason_label = PlainText(CommandsDialog)
        self.reason_label.setObjectName(u"reason_label")
        self.reason_label.setProperty(u"role", u"body")
        self.reason_label.setProperty(u"tone", u"text2")
        self.reason_label.setWordWrap(True)

        self.column.addWidget(self.reason_label)

        self.docker_well = CommandWell(CommandsDialog)
        self.docker_well.setObjectName(u"docker_well")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(12)
        sizePolicy1.setHeightForWidth(self.docker_well.sizePolicy().hasHeightForWidth())
        self.docker_well.setSizePolicy(sizePolicy1)

        self.column.addWidget(self.docker_well)

        self.serve_well = CommandWell(CommandsDialog)
        self.serve_well.setObjectName(u"serve_well")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy2.setHorizontalStretch(0)
        sizePolicy2.setVerticalStretch(5)
        sizePolicy2.setHeightForWidth(self.serve_well.sizePolicy().hasHeightForWidth())
        self.serve_well.setSizePolicy(sizePolicy2)

        self.column.addWidget(self.serve_well)

        self.curl_well = CommandWell(CommandsDialog)
        self.curl_well.setObjectName(u"curl_well")
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy3.setHorizontalStretch(0)
        sizePolicy3.setVerticalStretch(8)
        sizePolicy3.setHeightForWidth(self.curl_well.sizePolicy().hasHeightForWidth())
        self.curl_well.setSizePolicy(sizePolicy3)

        self.column.addWidget(self.curl_well)


        self.retranslateUi(CommandsDialog)
    # setupUi

    def retranslateUi(self, CommandsDialog):
        pass
    # retranslateUi


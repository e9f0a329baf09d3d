# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'log_page.ui'
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

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.choice_bar import ChoiceBar
from thorhud.gui.widgets.log_view import LogView
from thorhud.gui.widgets.picker import Picker
from thorhud.gui.widgets.search_field import SearchField
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.widgets.toggle_row import ToggleRow

class Ui_LogPage(object):
    def setupUi(self, page):
        if not page.objectName():
            page.setObjectName(u"page")
        self.column = QVBoxLayout(page)
        self.column.setSpacing(16)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(40, 32, 40, 32)
        self.top = QHBoxLayout()
        self.top.setSpacing(16)
        self.top.setObjectName(u"top")
        self.top.setContentsMargins(0, 0, 0, 0)
        self.launch_picker = Picker(page)
        self.launch_picker.setObjectName(u"launch_picker")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(1)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.launch_picker.sizePolicy().hasHeightForWidth())
        self.launch_picker.setSizePolicy(sizePolicy)

        self.top.addWidget(self.launch_picker)

        self.cause_button = ActionButton(page)
        self.cause_button.setObjectName(u"cause_button")
        self.cause_button.setProperty(u"kind", u"outline")
        self.cause_button.setProperty(u"icon_name", u"warning-octagon-fill")
        self.cause_button.setProperty(u"finger", True)

        self.top.addWidget(self.cause_button)

        self.copy_button = ActionButton(page)
        self.copy_button.setObjectName(u"copy_button")
        self.copy_button.setProperty(u"kind", u"secondary")
        self.copy_button.setProperty(u"icon_name", u"copy-bold")
        self.copy_button.setProperty(u"finger", True)

        self.top.addWidget(self.copy_button)

        self.save_button = ActionButton(page)
        self.save_button.setObjectName(u"save_button")
        self.save_button.setProperty(u"kind", u"secondary")
        self.save_button.setProperty(u"icon_name", u"article-bold")
        self.save_button.setProperty(u"finger", True)

        self.top.addWidget(self.save_button)

        self.back_button = ActionButton(page)
        self.back_button.setObjectName(u"back_button")
        self.back_button.setProperty(u"kind", u"secondary")
        self.back_button.setProperty(u"icon_name", u"arrow-left-bold")
        self.back_button.setProperty(u"finger", True)

        self.top.addWidget(self.back_button)


        self.column.addLayout(self.top)

        self.tools = QHBoxLayout()
        self.tools.setSpacing(16)
        self.tools.setObjectName(u"tools")
        self.tools.setContentsMargins(0, 0, 0, 0)
        self.search_edit = SearchField(page)
        self.search_edit.setObjectName(u"search_edit")
        sizePolicy.setHeightForWidth(self.search_edit.sizePolicy().hasHeightForWidth())
        self.search_edit.setSizePolicy(sizePolicy)

        self.tools.addWidget(self.search_edit)

        self.previous_button = ActionButton(page)
        self.previous_button.setObjectName(u"previous_button")
        self.previous_button.setMinimumSize(QSize(72, 0))
        self.previous_button.setProperty(u"kind", u"secondary")
        self.previous_button.setProperty(u"icon_name", u"")
        self.previous_button.setProperty(u"finger", True)

        self.tools.addWidget(self.previous_button)

        self.next_button = ActionButton(page)
        self.next_button.setObjectName(u"next_button")
        self.next_button.setMinimumSize(QSize(72, 0))
        self.next_button.setProperty(u"kind", u"secondary")
        self.next_button.setProperty(u"icon_name", u"")
        self.next_button.setProperty(u"finger", True)

        self.tools.addWidget(self.next_button)

        self.hits_line = TextLine(page)
        self.hits_line.setObjectName(u"hits_line")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.hits_line.sizePolicy().hasHeightForWidth())
        self.hits_line.setSizePolicy(sizePolicy1)

        self.tools.addWidget(self.hits_line)

        self.level_bar = ChoiceBar(page)
        self.level_bar.setObjectName(u"level_bar")

        self.tools.addWidget(self.level_bar)

        self.wrap_toggle = ToggleRow(page)
        self.wrap_toggle.setObjectName(u"wrap_toggle")
        self.wrap_toggle.setMaximumSize(QSize(170, 16777215))
        sizePolicy1.setHeightForWidth(self.wrap_toggle.sizePolicy().hasHeightForWidth())
        self.wrap_toggle.setSizePolicy(sizePolicy1)

        self.tools.addWidget(self.wrap_toggle)


        self.column.addLayout(self.tools)

        self.log_view = LogView(page)
        self.log_view.setObjectName(u"log_view")

        self.column.addWidget(self.log_view)

        self.bottom = QHBoxLayout()
        self.bottom.setSpacing(16)
        self.bottom.setObjectName(u"bottom")
        self.bottom.setContentsMargins(0, 0, 0, 0)
        self.status_line = TextLine(page)
        self.status_line.setObjectName(u"status_line")
        sizePolicy.setHeightForWidth(self.status_line.sizePolicy().hasHeightForWidth())
        self.status_line.setSizePolicy(sizePolicy)

        self.bottom.addWidget(self.status_line)

        self.follow_button = ActionButton(page)
        self.follow_button.setObjectName(u"follow_button")
        self.follow_button.setProperty(u"kind", u"outline")
        self.follow_button.setProperty(u"icon_name", u"check-bold")
        self.follow_button.setProperty(u"finger", True)

        self.bottom.addWidget(self.follow_button)


        self.column.addLayout(self.bottom)

        self.column.setStretch(2, 1)

        self.retranslateUi(page)
    # setupUi

    def retranslateUi(self, page):
        pass
    # retranslateUi


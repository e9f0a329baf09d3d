# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'failure_panel.ui'
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
    QSpacerItem, QVBoxLayout, QWidget)

from thorhud.gui.widgets.action_button import ActionButton
from thorhud.gui.widgets.configuration_label import ConfigurationLabel
from thorhud.gui.widgets.mono_text import MonoText
from thorhud.gui.widgets.plain_text import PlainText
from thorhud.gui.widgets.stage_pipeline import StagePipeline
from thorhud.gui.widgets.status_icon import StatusIcon
from thorhud.gui.widgets.text_line import TextLine
from thorhud.gui.widgets.well import Well

class Ui_FailurePanel(object):
    def setupUi(self, FailurePanel):
        if not FailurePanel.objectName():
            FailurePanel.setObjectName(u"FailurePanel")
        FailurePanel.setProperty(u"card", True)
        self.column = QVBoxLayout(FailurePanel)
        self.column.setSpacing(8)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(40, 28, 40, 20)
        self.name_row = QHBoxLayout()
        self.name_row.setSpacing(20)
        self.name_row.setObjectName(u"name_row")
        self.name_row.setContentsMargins(0, 0, 0, 0)
        self.failed_icon = StatusIcon(FailurePanel)
        self.failed_icon.setObjectName(u"failed_icon")
        self.failed_icon.setMinimumSize(QSize(36, 36))
        self.failed_icon.setMaximumSize(QSize(36, 36))

        self.name_row.addWidget(self.failed_icon)

        self.configuration_label = ConfigurationLabel(FailurePanel)
        self.configuration_label.setObjectName(u"configuration_label")
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.configuration_label.sizePolicy().hasHeightForWidth())
        self.configuration_label.setSizePolicy(sizePolicy)

        self.name_row.addWidget(self.configuration_label)

        self.full_log_button = ActionButton(FailurePanel)
        self.full_log_button.setObjectName(u"full_log_button")
        self.full_log_button.setProperty(u"kind", u"quiet")
        self.full_log_button.setProperty(u"role", u"label_strong")

        self.name_row.addWidget(self.full_log_button)

        self.others_button = ActionButton(FailurePanel)
        self.others_button.setObjectName(u"others_button")
        self.others_button.setProperty(u"kind", u"quiet")
        self.others_button.setProperty(u"role", u"label_strong")

        self.name_row.addWidget(self.others_button)

        self.again_button = ActionButton(FailurePanel)
        self.again_button.setObjectName(u"again_button")
        self.again_button.setProperty(u"kind", u"quiet")
        self.again_button.setProperty(u"role", u"label_strong")

        self.name_row.addWidget(self.again_button)

        self.commands_button = ActionButton(FailurePanel)
        self.commands_button.setObjectName(u"commands_button")
        self.commands_button.setProperty(u"kind", u"quiet")
        self.commands_button.setProperty(u"role", u"label_strong")

        self.name_row.addWidget(self.commands_button)

        self.dismiss_button = ActionButton(FailurePanel)
        self.dismiss_button.setObjectName(u"dismiss_button")
        self.dismiss_button.setProperty(u"kind", u"quiet")
        self.dismiss_button.setProperty(u"role", u"label_strong")

        self.name_row.addWidget(self.dismiss_button)


        self.column.addLayout(self.name_row)

        self.headline_label = PlainText(FailurePanel)
        self.headline_label.setObjectName(u"headline_label")
        self.headline_label.setProperty(u"role", u"headline")
        self.headline_label.setProperty(u"tone", u"text1")
        self.headline_label.setWordWrap(True)
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(0)
        sizePolicy1.setHeightForWidth(self.headline_label.sizePolicy().hasHeightForWidth())
        self.headline_label.setSizePolicy(sizePolicy1)

        self.column.addWidget(self.headline_label)

        self.explanation_label = PlainText(FailurePanel)
        self.explanation_label.setObjectName(u"explanation_label")
        self.explanation_label.setProperty(u"role", u"body")
        self.explanation_label.setProperty(u"tone", u"text2")
        self.explanation_label.setWordWrap(True)
        sizePolicy1.setHeightForWidth(self.explanation_label.sizePolicy().hasHeightForWidth())
        self.explanation_label.setSizePolicy(sizePolicy1)

        self.column.addWidget(self.explanation_label)

        self.well = Well(FailurePanel)
        self.well.setObjectName(u"well")
        self.well_row = QHBoxLayout(self.well)
        self.well_row.setSpacing(16)
        self.well_row.setObjectName(u"well_row")
        self.well_row.setContentsMargins(20, 4, 8, 4)
        self.evidence_line = TextLine(self.well)
        self.evidence_line.setObjectName(u"evidence_line")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        sizePolicy2.setHorizontalStretch(1)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.evidence_line.sizePolicy().hasHeightForWidth())
        self.evidence_line.setSizePolicy(sizePolicy2)

        self.well_row.addWidget(self.evidence_line)

        self.log_button = ActionButton(self.well)
        self.log_button.setObjectName(u"log_button")
        self.log_button.setProperty(u"kind", u"quiet")
        self.log_button.setProperty(u"role", u"label_strong")

        self.well_row.addWidget(self.log_button)


        self.column.addWidget(self.well)

        self.lines_view = MonoText(FailurePanel)
        self.lines_view.setObjectName(u"lines_view")
        self.lines_view.setMinimumSize(QSize(0, 148))
        sizePolicy3 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy3.setHorizontalStretch(0)
        sizePolicy3.setVerticalStretch(1)
        sizePolicy3.setHeightForWidth(self.lines_view.sizePolicy().hasHeightForWidth())
        self.lines_view.setSizePolicy(sizePolicy3)

        self.column.addWidget(self.lines_view)

        self.spacer_1 = QSpacerItem(0, 16, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)

        self.column.addItem(self.spacer_1)

        self.fixes = QHBoxLayout()
        self.fixes.setSpacing(24)
        self.fixes.setObjectName(u"fixes")
        self.fixes.setContentsMargins(0, 0, 0, 0)
        self.fix_button = ActionButton(FailurePanel)
        self.fix_button.setObjectName(u"fix_button")
        self.fix_button.setProperty(u"kind", u"main")
        self.fix_button.setProperty(u"icon_name", u"arrow-counter-clockwise-bold")
        sizePolicy4 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy4.setHorizontalStretch(3)
        sizePolicy4.setVerticalStretch(0)
        sizePolicy4.setHeightForWidth(self.fix_button.sizePolicy().hasHeightForWidth())
        self.fix_button.setSizePolicy(sizePolicy4)

        self.fixes.addWidget(self.fix_button)

        self.next_button = ActionButton(FailurePanel)
        self.next_button.setObjectName(u"next_button")
        self.next_button.setProperty(u"kind", u"outline")
        sizePolicy5 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sizePolicy5.setHorizontalStretch(2)
        sizePolicy5.setVerticalStretch(0)
        sizePolicy5.setHeightForWidth(self.next_button.sizePolicy().hasHeightForWidth())
        self.next_button.setSizePolicy(sizePolicy5)

        self.fixes.addWidget(self.next_button)

        self.last_button = ActionButton(FailurePanel)
        self.last_button.setObjectName(u"last_button")
        self.last_button.setProperty(u"kind", u"outline")
        sizePolicy5.setHeightForWidth(self.last_button.sizePolicy().hasHeightForWidth())
        self.last_button.setSizePolicy(sizePolicy5)

        self.fixes.addWidget(self.last_button)


        self.column.addLayout(self.fixes)

        self.spacer_2 = QSpacerItem(0, 12, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.MinimumExpanding)

        self.column.addItem(self.spacer_2)

        self.pipeline = StagePipeline(FailurePanel)
        self.pipeline.setObjectName(u"pipeline")
        sizePolicy.setHeightForWidth(self.pipeline.sizePolicy().hasHeightForWidth())
        self.pipeline.setSizePolicy(sizePolicy)

        self.column.addWidget(self.pipeline)


        self.retranslateUi(FailurePanel)
    # setupUi

    def retranslateUi(self, FailurePanel):
        pass
    # retranslateUi


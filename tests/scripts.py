"""Names in every script that documents are set in, and a report that has one in each of its places."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import views

NAMES: Mapping[str, tuple[str, str]] = {
    "latin": ("Łukasz Żółciński ẞ Kāšī Əliyev Ņikita", "pl"),
    "vietnamese": ("Nguyễn Thị Ánh Tuyết", "vi"),
    "greek": ("Ἀλέξανδρος Ψαρράς", "el"),
    "cyrillic": ("Ђорђе Љубић Їжакевич", "sr"),
    "arabic": ("علاء الدين أحمد الإدريسي", "ar"),
    "persian": ("پریسا چگینی گلپژ", "fa"),
    "hebrew": ("דוד בן־עמי לוי", "he"),
    "georgian": ("ნინო ბერიძე", "ka"),
    "armenian": ("Արամ Խաչատրյան և", "hy"),
    "devanagari": ("श्रीमती प्रियङ्का क्षत्रिय", "hi"),
    "thai": ("สมชาย ศรีสุวรรณ น้ำผึ้ง", "th"),
    "chinese": ("王小明 張偉 𠮷田", "zh"),
    "japanese": ("山田 はなこ ヴ", "ja"),
    "korean": ("김민준 박서연", "ko"),
    "tamil": ("ஸ்ரீனிவாசன்", "ta"),
    "bengali": ("শ্রীমতী দাশগুপ্ত", "bn"),
}
"""A name by its script, and the language that it is in."""


def report(name: str, lang: str) -> dict[str, Any]:
    """Put a name where a report has names: learner, issuer, host, courses, who signs, who decides, the foot of pages."""
    view: dict[str, Any] = copy.deepcopy({**views.ORDINARY})
    view["learner"]["name"] = {
        "family": name,
        "given": "",
        "latin": {"family": "Ames", "given": "Zoë", "latin": None},
    }
    view["host"]["name"] = views.words(name, lang)
    view["host"]["city"] = name
    view["issuer"]["name"] = views.words(name, lang)
    view["home"]["name"] = views.words(name, lang)
    view["agreement"]["signatures"][0]["name"] = views.words(name)
    view["blocks"][0]["results"][0]["title"] = views.words(f"{name} (1)", lang)
    view["blocks"][0]["components"][0]["grade"]["by"] = name
    view["decision"]["by"] = name
    view["signatories"][0]["name"] = name
    view["number"] = f"{name} 7"
    return view

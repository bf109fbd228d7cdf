"""The sample city's referral directory: every name and number is invented."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from records import directory
from records.directory import Entry, Kind

ENTRIES = (
    Entry(
        Kind.CLINIC,
        "示例市第一医院心理科（虚构）",
        "0595-00000001",
        "工作日 8:00–17:00",
        "示例路 1 号",
    ),
    Entry(Kind.CLINIC, "示例市精神卫生中心急诊（虚构）", "0595-00000002", "全天", "示例路 2 号"),
    Entry(Kind.CLINIC, "示例市儿童医院青少年门诊（虚构）", "0595-00000003", "工作日 8:00–17:00"),
    Entry(Kind.EMERGENCY, "医疗急救", "120", "全天", "", "说清楚地点和是否清醒"),
    Entry(Kind.POLICE, "公安报警", "110", "全天", "", "有现实危险或失联时"),
    Entry(Kind.POLICE, "示例派出所值班室（虚构）", "0595-00000004", "全天", "示例路 4 号"),
    Entry(
        Kind.CIVIL,
        "示例市救助管理站（虚构）",
        "0595-00000005",
        "全天",
        "示例路 5 号",
        "临时住处与返乡",
    ),
    Entry(Kind.CIVIL, "示例市民政局社会救助科（虚构）", "0595-00000006", "工作日 8:00–17:30"),
    Entry(
        Kind.OTHER,
        "示例市妇女儿童之家（虚构）",
        "0595-00000007",
        "工作日 9:00–17:00",
        "",
        "家庭暴力庇护",
    ),
)


def fill(session: Session, at: datetime) -> None:
    for entry in ENTRIES:
        directory.add(session, entry, at)

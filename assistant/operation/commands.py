"""`settings`, `doctor`, `gaps`: the commands of whoever runs it."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict

from assistant.settings import Settings
from index.commands.options import Subparsers
from index.errors import SettingsError
from index.text.printable import plain

SHOWN = 50


def add(commands: Subparsers) -> None:
    """Add the commands."""
    settings = commands.add_parser("settings", help="the settings in force, and where each came from")
    settings.add_argument("--json", action="store_true", help="as JSON")
    settings.set_defaults(run=_settings, computes=False)

    doctor = commands.add_parser("doctor", help="look at machine, model, index, settings and port")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_doctor)

    gaps = commands.add_parser("gaps", help="what readers ask in vain, gathered by meaning")
    gaps.add_argument("--days", type=int, metavar="N", help="of the last N days (default: all that are kept)")
    gaps.add_argument("--json", action="store_true", help="one JSON object a line")
    gaps.set_defaults(run=_gaps, computes=False)


def _settings(arguments: argparse.Namespace) -> int:
    from assistant.operation.in_force import in_force

    listed = in_force(os.environ)
    if arguments.json:
        print(json.dumps([asdict(each) for each in listed], ensure_ascii=False, indent=2))
        return 0
    width = max(len(each.name) for each in listed)
    for setting in listed:
        print(plain(f"{setting.name:<{width}}  {setting.value or '-'}  ({setting.origin})"))
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from assistant.operation.doctor import examine

    findings = list(examine(os.environ))
    if arguments.json:
        print(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            remedy = f"; {finding.remedy}" if finding.remedy else ""
            print(plain(f"{finding.state:<8} {finding.about}: {finding.fact}{remedy}"))
    return 2 if any(each.state == "problem" for each in findings) else 0


def _gaps(arguments: argparse.Namespace) -> int:
    from assistant.operation.gaps import gaps_of
    from assistant.operation.question_log import QuestionLog

    settings = Settings.from_environment(os.environ)
    if not settings.question_log:
        raise SettingsError("no questions are kept; set MUSTANAD_QUESTION_LOG to a file or a database")
    if arguments.days is not None and arguments.days < 1:
        raise SettingsError(f"--days is {arguments.days}; give 1 or more")
    kept = QuestionLog(settings.question_log, days=settings.question_log_days)
    gaps = gaps_of(kept.read(days=arguments.days))
    kept.close()
    for gap in gaps if arguments.json else gaps[:SHOWN]:
        if arguments.json:
            print(json.dumps(asdict(gap), ensure_ascii=False))
        else:
            others = f" (+{len(gap.wordings) - 1})" if len(gap.wordings) > 1 else ""
            print(plain(f"{gap.times:>5}  {gap.last[:10]}  {gap.confidence:.2f}  {gap.question}{others}"))
    if not gaps and not arguments.json:
        print("nothing was asked in vain")
    return 0

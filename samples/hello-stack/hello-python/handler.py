"""Counts the words of the request's body."""
from pathlib import Path

GREETING = (Path(__file__).parent / "shared/greeting.txt").read_text().strip()


def handle(event, context):
    words = event.body.decode("utf-8", "replace").split()
    return {"statusCode": 200, "body": {"greeting": GREETING, "language": "Python", "words": len(words)}}

"""What a header says, in ten languages and in the spelling of tools."""

from __future__ import annotations

import pytest

from influence.recognition.headers import read_header


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("ownerUsername", "handle"), ("likesCount", "likes"), ("author.public_metrics.followers_count", "followers"),
        ("Link / handle", "handle"), ("Channel Name/URL", "url"), ("Nick", "handle"), ("Benutzername", "handle"),
        ("Nombre de seguidores", "followers"), ("Nombre d'abonnés", "followers"), ("Nome utente", "handle"),
        ("Gebruikersnaam", "handle"), ("Liczba obserwujących", "followers"), ("takipçi sayısı", "followers"),
        ("Urmăritori", "followers"), ("Anzahl Beiträge", "posts_total"), ("Taux d'engagement", "engagement_rate"),
        ("Correo electrónico", "email"), ("edge_followed_by.count", "followers"), ("authorMeta.fans", "followers"),
        ("in_reply_to_status_id_str", "reply_to"), ("statistics.viewCount", "views"), ("# of Posts", "posts_total"),
    ],
)  # fmt: skip
def test_a_header_is_understood(header, meaning):
    assert read_header(header).means(meaning) >= 0.85


@pytest.mark.parametrize(
    "header", ["Avg. Likes", "likesAvg", "Durchschnittliche Likes", "Ø Likes", "Likes per post"]
)
def test_a_mean_is_told_from_a_count(header):
    (best,) = [r for r in read_header(header).readings if r.meaning == "likes"]
    assert best.averaged


def test_units_windows_and_platforms_are_told():
    assert read_header("Followers (k)").factor == 1000
    assert read_header("60_day_eng_rate").window_days == 60
    assert read_header("Follower Instagram").platform == "instagram"
    assert read_header("engagement in %").percent


def test_what_belongs_to_another_object_is_not_the_row():
    assert read_header("retweeted_status.text").readings[0].scope == "other"
    assert any(r.scope == "author" for r in read_header("user.publicMetrics.followers").readings)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [("Suscribers", "followers"), ("Subscibers", "followers"), ("Folowers", "followers")],
)
def test_one_wrong_letter_of_a_long_word_is_forgiven(header: str, meaning: str) -> None:
    assert read_header(header).readings[0].meaning == meaning

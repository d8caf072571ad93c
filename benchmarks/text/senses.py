"""Is a niche word with two senses asked back, and does `--sense` find the sense that is meant?

    python -m benchmarks.text.senses [--half tune | test]

Titles of `../shared/data/blogs/sites.parquet` that say one of the words below in communities of one sense or of the
other (truth: the community, never told), up to sixty of each, among 20,000 other titles; every title is an account. A word
of one sense should not be asked back. The half is told by the hash of the word; the bounds were set on `tune`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from benchmarks.text.blogs import best_first, data_folder, split_of
from benchmarks.text.indexing import index_from
from influence.text.index import TextIndex
from influence.text.niche import Niche
from influence.text.relevance import Relevance, niche_relevance

# fmt: off
# ruff: noqa: E501
TWO = {
    "go": (("golang coding", "programming"), ("baduk", "board game")),
    "pi": (("raspberry_pi linux_devices LinuxActionShow", "computer"), ("math", "mathematics")),
    "prime": (("math", "numbers"), ("Metroid PrimeFreebies cordcutters", "games")),
    "mint": (("linuxmint debian kde", "linux"), ("VegRecipes veganrecipes Canning coins fitmeals", "recipes")),
    "fox": (("media democrats Liberal progressive", "news"), ("foxes nature", "animals")),
    "pot": (("Marijuana cannabis MMJ", "marijuana"), ("slowcooking recipes Cheap_Meals budgetfood", "cooking")),
    "stock": (("gundeals reloading", "guns"), ("stocks StockMarket finance SecurityAnalysis investing", "investing")),
    "metal": (("Metal HeadBangToThis BlackMetal", "music"), ("metalworking Archaeology", "metalworking")),
    "magic": (("Magic Magicdeckbuilding", "cards"), ("occult cogsci psychology", "occult")),
    "mining": (("MachineLearning datasets BitcoinMining", "data"), ("Green energy environment conservation wisconsin", "environment")),
    "strike": (("alltheleft socialism Anarchism occupywallstreet LibertarianLeft", "workers"), ("counterstrike esports linux_gaming", "game")),
    "scale": (("guitarlessons musictheory Learnmusic", "guitar"), ("RenewableEnergy climate Permaculture environment", "energy")),
    "plant": (("botany Permaculture nature farming gardening", "botany"), ("energy RenewableEnergy ontario", "power")),
    "track": (("AdvancedRunning running C25K", "running"), ("freemusic mathrock chiptunes ThisIsOurMusic futurebeats", "music")),
    "shell": (("commandline linux4noobs emacs haskell ruby", "command line"), ("energy Green environment nature", "oil")),
    "tea": (("tea JapaneseFood", "drink"), ("AmericanPolitics progressive Liberal obama alltheleft democrats", "politics")),
    "chip": (("chiptunes hardware ECE", "music"), ("VegRecipes recipes veganrecipes DessertPorn Vegetarianism", "cookies")),
    "jam": (("Canning veganrecipes SelfSufficiency", "fruit"), ("festivals grunge MusicNews piano guitarlessons", "band")),
    "press": (("weightroom powerlifting weightlifting", "lifting"), ("media WikiLeaks obama politics", "journalists")),
    "pitch": (("Screenwriting startups advertising", "startups"), ("mlb baseball football SFGiants phillies redsox", "baseball")),
    "drone": (("EndlessWar worldpolitics Intelligence privacy", "war"), ("experimentalmusic ambientmusic freemusic", "music")),
    "eclipse": (("java androiddev scala git cpp", "java"), ("SkyPorn spaceporn Astronomy ExposurePorn", "moon")),
    "opera": (("software programming webdev html5 firefox javascript", "browser"), ("Theatre classicalmusic experimentalmusic KeepWriting", "singing")),
    "spring": (("java dotnet", "java"), ("streetwear malefashion fashion frugalmalefashion", "fashion")),
    "running": (("BarefootRunning running AdvancedRunning C25K", "marathon"), ("linux_devices haskell raspberry_pi emacs LinuxActionShow", "linux")),
    "sharks": (("SanJoseSharks", "hockey"), ("oceans conservation scuba nature AnimalRights", "ocean")),
    "storm": (("Rift CastleTV MMORPG", "game"), ("weather environment tampa longisland florida", "weather")),
    "surface": (("Surface microsoft windows8", "tablet"), ("spaceporn science curiosityrover spaceflight science2 nasa", "planet")),
    "cloud": (("Database microsoft computing opensource software", "computing"), ("SkyPorn spaceporn weather nature", "sky")),
    "tank": (("WorldofTanks Israel ancientrome", "war"), ("PlantedTank aquaponics", "fish")),
    "shooting": (("dgu Bad_Cop_No_Donut GunsAreCool CCW", "gun"), ("photography videography postprocessing", "camera")),
    "draft": (("fantasyfootball fantasybaseball detroitlions eagles Redskins NYGiants", "football"), ("Screenwriting writing KeepWriting", "writing")),
    "cell": (("biology genetics science science2 neuro", "biology"), ("privacy cyberlaws HackBloc law gadgets", "phone")),
    "virus": (("Malware netsec ReverseEngineering sysadmin", "malware"), ("science science2 Health Survivalist medicine", "flu")),
    "dolphin": (("kde emulation", "kde"), ("nature oceans conservation", "animals")),
    "orange": (("orangecounty", "county"), ("veganrecipes VegRecipes food2 cocktails JapaneseFood recipes", "fruit")),
    "party": (("GreenParty democrats moderatepolitics progressive", "politics"), ("lanparty", "gaming")),
    "rock": (("freemusic ThisIsOurMusic RepublicOfMusic MusicNews", "music"), ("curiosityrover geology climbing", "mars")),
    "mouse": (("buildapcsales pcgaming web_design macapps html5", "computer"), ("neuro science cogsci genetics science2", "brain")),
    "pool": (("Swimming", "swimming"), ("BitcoinMining Bitcoin", "bitcoin")),
}
ONE = ["climbing", "poker", "sailing", "chess", "emacs", "haskell", "kindle", "cannabis", "diabetes", "archery", "skateboarding", "scala", "beekeeping", "papercraft", "firefox", "vegan", "autism", "lego", "typography", "evolution", "bicycle", "marijuana", "curiosity", "rails", "photography", "android", "beer", "atheism", "feminism", "physics", "surfing", "zelda", "django", "arduino", "minecraft", "coffee"]
# fmt: on
EACH, OTHERS, FIRST = 60, 20_000, 10


@dataclass(frozen=True)
class Case:
    """A word, what tells each sense, and the titles of each."""

    word: str
    tells: tuple[str, str]
    titles: tuple[pd.DataFrame, pd.DataFrame]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--half", choices=["tune", "test"], help="only this half of the words")
    half = parser.parse_args().half
    posts = pd.read_parquet(data_folder() / "blogs" / "sites.parquet", columns=["id", "subreddit", "title"])
    posts["words"] = posts["title"].str.lower().str.findall(r"[a-z]+").map(set)
    others = posts.sample(OTHERS, random_state=1)
    cases = [case for word, told in TWO.items() if half in (None, split_of(word))
             if (case := case_of(posts, word, told)) is not None]  # fmt: skip
    rows = pd.DataFrame([row for case in cases for row in judge_two(case, others)])
    print(f"{len(cases)} words of two senses")
    print(rows.groupby("half").mean(numeric_only=True).round(3).to_string())
    print(rows.round(2).to_string(max_colwidth=150))
    single = [judge_one(posts, word, others) for word in ONE if half in (None, split_of(word))]
    table = pd.DataFrame(single).dropna()
    print(f"{len(table)} words of one sense: asked back {table['asked'].mean():.2f}")
    print(table.round(2).to_string(max_colwidth=150))


def case_of(posts: pd.DataFrame, word: str, told: tuple[tuple[str, str], tuple[str, str]]) -> Case | None:
    """Titles of a word's senses; None where one of them has fewer than ten."""
    says = posts[[word in words for words in posts["words"]]]
    parts = [says[says["subreddit"].isin(names.split())] for names, _ in told]
    if min(map(len, parts)) < FIRST:
        return None
    cut = tuple(part.sample(min(EACH, len(part)), random_state=2) for part in parts)
    return Case(word, (told[0][1], told[1][1]), (cut[0], cut[1]))


def judge_two(case: Case, others: pd.DataFrame) -> list[dict[str, object]]:
    """For each sense: whether two were told, P@10 without and with `--sense`, and accuracy of the parting."""
    both = pd.concat([*case.titles, others]).drop_duplicates("id").sort_values("id")
    index, ids = index_of(both), both["id"].to_numpy()
    found = []
    for tell, titles in zip(case.tells, case.titles, strict=True):
        own = np.isin(ids, titles["id"])
        plain, meant = (niche_relevance(index, Niche(case.word, sense=sense)) for sense in ("", tell))
        p = [own[best_first(one.account_fit)[:FIRST]].mean() for one in (plain, meant)]
        told = asked_back(plain)
        found.append({"half": split_of(case.word), "word": case.word, "sense": tell, "asked": bool(told),
                      "plain": p[0], "with --sense": p[1], "told": told})  # fmt: skip
    return found


def judge_one(posts: pd.DataFrame, word: str, others: pd.DataFrame) -> dict[str, object]:
    """Whether a word of one sense is asked back."""
    says = posts[[word in words for words in posts["words"]]]
    says = says.sample(min(2 * EACH, len(says)), random_state=2)
    index = index_of(pd.concat([says, others]).drop_duplicates("id").sort_values("id"))
    told = asked_back(niche_relevance(index, Niche(word)))
    return {"word": word, "n": len(says), "asked": bool(told), "told": told}


def asked_back(found: Relevance) -> str:
    """The note that asks which sense is meant, empty where there is none."""
    return next((note for note in found.notes if "two senses" in note), "")


def index_of(posts: pd.DataFrame) -> TextIndex:
    """Every title an account of its own."""
    blank = pa.nulls(len(posts), pa.string())
    ids = [f"web:{name}" for name in posts["id"]]
    accounts = pa.table({"account_id": ids, "handle": blank, "name": blank, "bio": blank})
    told = {
        "post_id": list(posts["id"]),
        "account_id": ids,
        "text": list(posts["title"]),
        "day": [1] * len(posts),
    }
    return index_from(accounts, pa.table(told))


if __name__ == "__main__":
    main()

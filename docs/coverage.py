"""Draw which perspectives and publishers the documents come from, by campaign.

Run it with ``python docs/coverage.py``; it writes ``coverage.png`` beside itself.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import syriaconflict as sc
from syriaconflict.load import published
from syriaconflict.reliability import document_strata

GROUPS = {
    "government": "#0072B2", "opposition": "#009E73", "monitor": "#E69F00",
    "wire, press": "#999999", "other": "#CC79A7",
}  # fmt: skip
PRESS = ("wire", "press")
MOST = 25  # publishers named


def groups(perspectives):
    """Return the group of each perspective."""
    named = perspectives.where(~perspectives.isin(PRESS), "wire, press")
    return named.where(named.isin(list(GROUPS)), "other")


def draw_campaigns(ax, strata):
    """Draw the share of each group in each campaign."""
    counts = strata.groupby(["campaign", "group"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(GROUPS), fill_value=0)
    names = sc.load("campaigns").set_index("campaign_id")["name"]
    counts = counts.reindex([*names.index[::-1]])
    left = pd.Series(0.0, counts.index)
    total = counts.sum(axis=1)
    for group, color in GROUPS.items():
        share = 100 * counts[group] / total
        ax.barh(counts.index, share, left=left, color=color, label=group, height=0.6)
        for row, (start, width) in enumerate(zip(left, share, strict=True)):
            if width:
                place = start + width / 2, row
                text = str(counts[group].iloc[row])
                ax.annotate(text, place, ha="center", va="center", fontsize=9)
        left += share
    labels = [f"{names[one]}\n{total[one]} documents" for one in counts.index]
    ax.set_yticks(range(len(counts)), labels)
    ax.set(xlim=(0, 100), xlabel="share of the campaign's documents [%]")
    ax.set_title(
        "Documents by perspective (number in the bar)", fontsize=11, loc="left"
    )
    ax.legend(ncols=5, loc="upper center", bbox_to_anchor=(0.4, -0.16), frameon=False)


def draw_publishers(ax, strata):
    """Draw the publishers with most documents."""
    names = sc.load("publishers").set_index("publisher_id")["name"]
    most = strata["publisher_id"].value_counts().head(MOST)[::-1]
    group = strata.drop_duplicates("publisher_id").set_index("publisher_id")["group"]
    ax.barh(names[most.index], most, color=group[most.index].map(GROUPS))
    ax.set(xlabel="documents")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.tick_params(axis="y", labelsize=8)
    whole = strata["publisher_id"].nunique()
    title = f"By publisher ({MOST} of {whole})"
    ax.set_title(title, fontsize=11, loc="left")


def main():
    """Write the picture."""
    tables = published()
    strata = document_strata(tables).assign(
        group=lambda frame: groups(frame["perspective"])
    )
    outlets = tables["documents"].set_index("document_id")["publisher_id"]
    strata["publisher_id"] = strata["document_id"].map(outlets)
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(12.5, 5.2), width_ratios=(1.35, 1), layout="constrained"
    )
    draw_campaigns(left, strata)
    draw_publishers(right, strata)
    figure.savefig(Path(__file__).with_suffix(".png"), dpi=130)


if __name__ == "__main__":
    main()

"""The words of the dataset: every code a column may hold, and what it means.

``schema.py`` refers to these tables; nothing else declares a vocabulary.  Codes that
carry a rule (what an event type does to the control of a place, which number a count
word stands for) hold the rule beside the meaning, so that a code and its effect cannot
part ways.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EventType:
    """One kind of happening and how its actors are to be read.

    Parameters
    ----------
    event_class : str
        Class the type belongs to, a key of `EVENT_CLASSES`.
    meaning : str
        What happened, in one sentence.
    initiator, target : str
        What the actor roles ``initiator`` and ``target`` stand for; empty where the
        type has no such role.
    holder : str, default ""
        Role that holds the place afterwards: ``initiator``, ``target``, ``nobody``,
        ``unknown``, ``besieged`` (the target holds on, cut off), ``last`` (the last
        holder stays, the initiator challenges), or
        empty where the type says nothing about control.
    loser : str, default ""
        Role of the side that the happening harms: its own account confirms an event.
    """

    event_class: str
    meaning: str
    initiator: str = ""
    target: str = ""
    holder: str = ""
    loser: str = ""


EVENT_CLASSES = {
    "ground": "Fighting on the ground between organised groups.",
    "control": "A place changes hands, is held, or its holder is in question.",
    "air": "Action by or against crewed aircraft.",
    "drone": "Action by uncrewed aircraft.",
    "fires": "Fire from the ground on a distant target.",
    "explosive": "An explosive device used at close quarters.",
    "movement": "Forces or people move without taking a place.",
    "siege": "A force is cut off, or a siege is lifted.",
    "mobilisation": "People are called up or join.",
    "political": "Words, agreements, visits and changes of side.",
    "harm": "What happened to people and things, where the act itself is not told.",
}

EVENT_TYPES = {
    "offensive": EventType(
        "ground",
        "A named or announced campaign of attacks over days or an area.",
        "attacker",
        "defender",
        loser="target",
    ),
    "assault": EventType(
        "ground",
        "An attempt to take or break into a place, its result open or told apart.",
        "attacker",
        "defender",
        loser="target",
    ),
    "advance": EventType(
        "ground",
        "A force gains ground without a named place being reported as taken.",
        "advancing force",
        "force that loses ground",
        loser="target",
    ),
    "clash": EventType(
        "ground",
        "Fighting between groups, nobody named as the attacker.",
        "either side",
        "the other side",
    ),
    "raid": EventType(
        "ground",
        "An attack meant to withdraw again, or a break-in without holding.",
        "raider",
        "raided force",
        loser="target",
    ),
    "ambush": EventType(
        "ground",
        "A surprise attack on a moving force.",
        "attacker",
        "ambushed force",
        loser="target",
    ),
    "counter_attack": EventType(
        "ground",
        "An attack that answers an enemy's advance.",
        "counter-attacker",
        "force attacked",
        loser="target",
    ),
    "mop_up": EventType(
        "ground",
        "Clearing or securing ground already gained.",
        "clearing force",
        "force cleared out",
        loser="target",
    ),
    "road_cut": EventType(
        "ground",
        "A road or supply line is cut.",
        "force that cuts it",
        "force that used it",
        loser="target",
    ),
    "road_reopened": EventType(
        "ground", "A road that was cut is opened again.", "force that opens it"
    ),
    "capture": EventType(
        "control",
        "A place passes to the initiator.",
        "new holder",
        "force it was taken from",
        holder="initiator",
        loser="target",
    ),
    "withdrawal": EventType(
        "control",
        "A force gives up a named place.",
        "force that leaves",
        "force that gains by it",
        holder="nobody",
        loser="initiator",
    ),
    "surrender": EventType(
        "control",
        "A force gives itself or its place up to the other side.",
        "force that surrenders",
        "force that accepts and holds the place",
        holder="target",
        loser="initiator",
    ),
    "handover": EventType(
        "control",
        "A place passes to another force by agreement or order.",
        "former holder",
        "new holder",
        holder="target",
    ),
    "hold": EventType(
        "control",
        "A place is reported as held.",
        "holder",
        "challenger, where one is named",
        holder="initiator",
    ),
    "contested": EventType(
        "control",
        "Both sides are present in or dispute a place.",
        "challenger",
        "last holder, where named",
        holder="last",
    ),
    "no_mans_land": EventType(
        "control", "A place is reported as held by nobody.", holder="nobody"
    ),
    "status_unknown": EventType(
        "control",
        "The text says that who holds a place is not known.",
        holder="unknown",
    ),
    "airstrike": EventType(
        "air",
        "Munitions delivered from an aeroplane.",
        "operator of the aircraft",
        "force or people hit",
        loser="target",
    ),
    "helicopter_strike": EventType(
        "air",
        "Munitions delivered from a helicopter.",
        "operator of the helicopter",
        "force or people hit",
        loser="target",
    ),
    "strike_unspecified": EventType(
        "air",
        "A strike from the air or from afar, the means not told.",
        "striking force",
        "force or people hit",
        loser="target",
    ),
    "shootdown": EventType(
        "air",
        "An aircraft is shot down.",
        "force that fired",
        "operator of the aircraft",
        loser="target",
    ),
    "drone_strike": EventType(
        "drone",
        "A strike by an uncrewed aircraft.",
        "operator of the drone",
        "force or people hit",
        loser="target",
    ),
    "shelling": EventType(
        "fires",
        "Fire by guns, mortars or tanks.",
        "firing force",
        "force or people hit",
        loser="target",
    ),
    "rocket_fire": EventType(
        "fires",
        "Unguided rockets fired from the ground.",
        "firing force",
        "force or people hit",
        loser="target",
    ),
    "missile_strike": EventType(
        "fires",
        "Guided or ballistic missiles fired from the ground.",
        "firing force",
        "force or people hit",
        loser="target",
    ),
    "vehicle_bomb": EventType(
        "explosive",
        "A bomb carried by a vehicle, driven or parked.",
        "attacker",
        "force or people hit",
        loser="target",
    ),
    "ied": EventType(
        "explosive",
        "An improvised bomb or mine that is not a vehicle.",
        "attacker",
        "force or people hit",
        loser="target",
    ),
    "deployment": EventType(
        "movement",
        "A force takes up a position, or is stationed there.",
        "force deployed",
        "force it is deployed against",
    ),
    "redeployment": EventType(
        "movement",
        "A force is ordered from one place or front to another.",
        "force moved",
        "force it is moved against",
    ),
    "retreat": EventType(
        "movement",
        "A force moves back, no place being named as given up.",
        "force that moves back",
        "force it retreats from",
        loser="initiator",
    ),
    "reinforcement": EventType(
        "movement",
        "Forces arrive in support of others.",
        "force that arrives",
        "force it is sent against",
    ),
    "convoy": EventType(
        "movement", "A column of vehicles on the move.", "force on the move"
    ),
    "breakout": EventType(
        "movement",
        "A surrounded force gets out.",
        "force that breaks out",
        "force that surrounded it",
        loser="target",
    ),
    "border_crossing": EventType(
        "movement", "A force crosses a state border.", "force that crosses"
    ),
    "evacuation": EventType(
        "movement",
        "People or forces are taken out under an arrangement.",
        "organiser",
        "those taken out",
    ),
    "encirclement": EventType(
        "siege",
        "A force or place is cut off on all sides.",
        "encircling force",
        "encircled force",
        holder="besieged",
        loser="target",
    ),
    "siege": EventType(
        "siege",
        "A force or place is kept cut off.",
        "besieging force",
        "besieged force",
        holder="besieged",
        loser="target",
    ),
    "relief": EventType(
        "siege",
        "A siege is lifted.",
        "relieving force",
        "besieging force",
        loser="target",
    ),
    "recruitment": EventType(
        "mobilisation", "People join or are taken into a force.", "recruiting force"
    ),
    "call_to_arms": EventType(
        "mobilisation",
        "A public call to join or support the fight.",
        "caller",
        "those called upon",
    ),
    "statement": EventType(
        "political", "Something is announced or published.", "speaker", "addressee"
    ),
    "ultimatum": EventType(
        "political",
        "A demand with a threatened consequence.",
        "force that demands",
        "force it is put to",
    ),
    "prisoner_exchange": EventType(
        "political", "Captives are exchanged or released.", "party", "other party"
    ),
    "agreement": EventType(
        "political", "Parties come to terms.", "party", "other party"
    ),
    "ceasefire": EventType(
        "political", "Parties agree to stop fighting.", "party", "other party"
    ),
    "alignment": EventType(
        "political",
        "A group joins, leaves, merges with, splits from or supports another.",
        "group that moves",
        "group it joins or leaves",
    ),
    "defection": EventType(
        "political", "People change sides.", "those who defect", "side they leave"
    ),
    "visit": EventType(
        "political", "An office holder visits or meets.", "visitor", "those visited"
    ),
    "administration": EventType(
        "political",
        "A body governs, sets up rule or provides services.",
        "body that governs",
        "people governed",
    ),
    "killing": EventType(
        "harm",
        "People are killed, the act known only by its result.",
        "force responsible",
        "those killed",
        loser="target",
    ),
    "persons_captured": EventType(
        "harm",
        "People are taken captive or held.",
        "captor",
        "captives",
        loser="target",
    ),
    "displacement": EventType(
        "harm", "People flee or are displaced.", "force responsible", "those displaced"
    ),
    "shortage": EventType(
        "harm", "Goods or services are lacking.", "force responsible", "those who lack"
    ),
    "destruction": EventType(
        "harm",
        "Things are destroyed or damaged.",
        "force responsible",
        "owner or people harmed",
        loser="target",
    ),
    "casualty_report": EventType(
        "harm",
        "A count of casualties or casualty events over a time and an area.",
        "force responsible",
        "nobody: those counted are affected",
    ),
}

STANCES = {
    "asserts": "The claimant says that it happened, or will.",
    "denies": "The claimant says that it did not happen.",
    "disputes": "The claimant questions it without denying it.",
    "retracts": "The claimant takes an earlier assertion back.",
}
CERTAINTIES = {
    "flat": "Said without reserve.",
    "hedged": "Said with reserve: reportedly, appears, initial estimates.",
}
CLAIM_MODALITIES = {
    "realised": "It happened.",
    "ongoing": "It was going on when the text was written.",
    "planned": "An actor intends it.",
    "threatened": "An actor threatens it.",
    "expected": "The speaker foresees it.",
    "demanded": "An actor demands it.",
}
MODALITIES = CLAIM_MODALITIES | {
    "denied": "Computed, for events only: nobody asserts it.",
    "indeterminate": "Computed, for events only: the rule cannot decide.",
}
COUNTED_MODALITIES = ("realised", "ongoing")
GRAINS = {
    "discrete": "It took place on one, possibly unknown, day from start to end.",
    "aggregate": "Several happenings told as one, spread from start to end.",
    "state": "It lasted from start to end; no end means that none is told.",
}
OUTCOMES = {
    "succeeded": "The initiator reached its aim.",
    "failed": "The initiator did not reach its aim.",
    "partial": "The aim was reached in part.",
    "unknown": "The text says that the outcome is not known.",
}
EXTENTS = {
    "whole": "All of the place.",
    "part": "A part of the place.",
    "unknown": "The text says that the extent is not known.",
}
CLAIMANT_KINDS = {
    "official": "A state, an army or a body of government, speaking as such.",
    "spokesperson": "A spokesperson of an armed group or organisation.",
    "commander": "A commander of an armed group or army.",
    "fighter": "A fighter or former fighter.",
    "resident": "A local inhabitant, activist or citizen journalist.",
    "media": "Another outlet, or a reporter of one.",
    "monitor": "A monitoring group.",
    "publisher": "The document in its own voice.",
    "unnamed": "Somebody the text does not name (sources, reports, videos).",
}
PRECISIONS = {
    "day": "The day is known.",
    "few_days": "Known within about three days.",
    "week": "Known within about a week.",
    "month": "The month is known.",
    "season": "The season, or about a quarter of a year, is known.",
    "year": "The year is known.",
    "relative": "Worked out from the text's own date (recently, in recent days).",
}
DAY_PARTS = {
    "overnight": "The night between two days.",
    "early_morning": "Before or about sunrise.",
    "morning": "Morning.",
    "midday": "About noon.",
    "afternoon": "Afternoon.",
    "evening": "Evening.",
    "night": "Night, the earlier day being meant.",
}
UNITS = {
    "sortie": "Flights of one aircraft.",
    "strike": "Single deliveries of munitions.",
    "munition": "Single bombs, rockets or shells.",
    "location": "Places hit.",
    "incident": "Reported incidents, each of one or more strikes.",
    "casualty_event": "Incidents in which harm to civilians is alleged.",
    "person": "Persons.",
    "vehicle": "Vehicles.",
    "aircraft": "Aircraft.",
    "settlement": "Settlements or other named places.",
    "offensive": "Offensives or battles.",
}
COUNT_PERS = {
    "total": "Over the whole of the claim's dates.",
    "day": "A day, throughout the claim's dates.",
}
MUNITIONS = {
    "unspecified": "Munitions, the kind not told.",
    "bomb": "Air-dropped bomb.",
    "barrel_bomb": "Improvised bomb dropped from a helicopter.",
    "parachute_bomb": "Bomb retarded by a parachute.",
    "cluster": "Cluster munition.",
    "incendiary": "Incendiary munition.",
    "bunker_buster": "Penetrating bomb.",
    "chemical": "Chemical munition.",
    "guided_missile": "Guided missile.",
    "rocket": "Unguided rocket.",
    "heavy_rocket": "Short-range, large-calibre improvised rocket.",
    "shell": "Shell of a gun, mortar or tank.",
    "fpv_drone": "Drone flown into its target.",
    "dropped_grenade": "Grenade dropped from a drone.",
}
TARGET_KINDS = {
    "position": "Military position or gathering of fighters.",
    "vehicle": "Military vehicle or equipment.",
    "convoy": "Column of vehicles.",
    "aircraft": "Aircraft on the ground or in the air.",
    "command": "Headquarters or commander.",
    "settlement": "Village, town or quarter.",
    "hospital": "Hospital or clinic.",
    "school": "School.",
    "market": "Market.",
    "utility": "Water, power or other works.",
    "bridge": "Bridge.",
    "camp": "Camp of displaced people.",
}
COUNT_WORDS = {
    "couple": (2, 2),
    "few": (3, 9),
    "several": (3, 9),
    "dozens": (24, 99),
    "scores": (40, 199),
    "hundreds": (200, 999),
    "thousands": (2000, 9999),
}
HARMS = ("killed", "injured", "captured", "displaced")
ACTOR_ROLES = {
    "initiator": "Acts; what that means for each type stands in the event types.",
    "target": "Is acted upon.",
    "affected": "Suffers or is touched without being the target.",
    "supporter": "Supports the initiator.",
    "party": "Takes part on equal terms, or alongside.",
}
ACTOR_CERTAINTIES = {
    "stated": "Named without reserve.",
    "hedged": "Named with reserve.",
    "one_of": "One of the actors so marked for this claim and role, not all of them.",
}
PLACE_ROLES = {
    "from": "Where a movement began.",
    "to": "Where a movement goes, beside the claim's own place.",
    "via": "On the way, or along a line of places.",
    "toward": "The direction or aim of a movement.",
    "near": "What the place is near to.",
    "supports": "The front or place that a happening elsewhere supports.",
}
LINK_RELATIONS = {
    "says": "The claim is a statement; the other claim is what it says.",
    "causes": "The text presents the claim as a cause of the other.",
    "responds_to": "The claim answers the other.",
    "conditional_on": "The claim holds only if the other does.",
    "part_of": "The claim is a part of the other.",
}
CAMPS = {
    "government": "The Syrian government and the forces under it.",
    "opposition": "Armed groups against the government, other than ISIS and the SDF.",
    "isis": "The organisation Islamic State.",
    "sdf": "The Syrian Democratic Forces and the groups in them.",
    "russia": "The armed forces and government of Russia.",
    "us_coalition": "The coalition against ISIS led by the United States.",
    "turkey": "The armed forces and government of Turkey.",
    "iran_aligned": "Iran and the militias allied with it.",
    "israel": "The armed forces and government of Israel.",
    "civilian": "People who take no part in the fighting.",
    "other": "None of these: media, monitors, other states.",
}
SIDES = {
    "government": "government",
    "russia": "government",
    "iran_aligned": "government",
    "opposition": "opposition",
    "turkey": "opposition",
    "isis": "isis",
    "sdf": "sdf",
    "us_coalition": "sdf",
}
PERSPECTIVES = {
    "government": "Speaks for the Syrian government or its allies.",
    "opposition": "Speaks for or from within the opposition.",
    "kurdish": "Speaks for or from within the Kurdish-led administration.",
    "monitor": "Keeps a running record of incidents.",
    "wire": "News agency of record.",
    "press": "Newspaper, broadcaster or news site.",
    "analyst": "Analysis by an individual or institute.",
    "ngo_un": "Aid organisation or United Nations body.",
    "wiki": "Openly edited reference work.",
}
PERSPECTIVE_SIDES = {
    "government": "government",
    "opposition": "opposition",
    "kurdish": "sdf",
}
GENRES = {
    "news_report": "News report.",
    "blog_post": "Entry on a personal or activist site.",
    "newsletter": "Analyst's newsletter.",
    "analysis": "Analysis or background.",
    "statement": "Statement of a party or body.",
    "incident_record": "Record of a monitor.",
    "reference_article": "Article of a reference work.",
}
COVERAGES = {
    "full": "The whole text was read.",
    "excerpt": "Only a part of the text could be read.",
}
UNCODED_REASONS = {
    "rhetoric": "Exhortation, praise or blame without a happening.",
    "analysis": "The author's reasoning or general description, no happening told.",
    "repeat": "Says again what a coded passage of the same document says.",
    "boilerplate": "Headings, credits, captions, navigation.",
    "comparison": "A comparison with other times or places, no happening told.",
}
GRADES = {
    "discounted": "Every assertion was retracted.",
    "contested": "Opposing sides differ in stance, holder, or disjoint counts.",
    "confirmed": "The harmed side and another source, or two sides, agree on it.",
    "corroborated": "Two independent sources assert it.",
    "single_source": "One source asserts it, or none does.",
}
ACTOR_KINDS = {
    "state": "A state or its government.",
    "government_body": "A ministry, agency, office or administration.",
    "army": "A state's armed forces.",
    "air_force": "A state's air force.",
    "unit": "A formation or group inside another actor.",
    "militia": "An armed group that fights beside a state.",
    "faction": "An armed group that fights for its own ends.",
    "coalition": "An operations room or alliance of groups.",
    "umbrella": "A loose name under which texts put several groups.",
    "office": "A public office or command, meant instead of its holder.",
    "media": "An outlet quoted by a text.",
    "monitor": "A monitoring group quoted by a text.",
    "population": "Civilians, or a part of them.",
    "organisation": "Any other organisation.",
}
NAME_KINDS = {
    "name": "Name in use, in one spelling.",
    "abbreviation": "Abbreviation.",
    "label": "What others call it, not a name it uses.",
    "former": "Name given up.",
}
ACTOR_RELATIONS = {
    "part_of": "Is or was a part of the other.",
    "allied_with": "Fights or works beside the other.",
    "fights": "Fights the other.",
    "merged_into": "Became a part of the other and ended as such.",
    "split_from": "Came out of the other.",
    "left": "Ceased to be a part of the other.",
    "renamed": "Took the other's place under a new name.",
}
PLACE_KINDS = {
    "settlement": "City, town, village or quarter.",
    "base": "Military base, camp or airfield.",
    "height": "Hill or mountain, where the text means the position on it.",
    "facility": "Works, plant, academy, hospital or other site.",
    "checkpoint": "Checkpoint or roadblock.",
    "road": "Road or stretch of road, placed at its middle.",
    "crossing": "Border crossing.",
    "area": "Countryside, district, plain, mountain range or front.",
    "governorate": "Governorate.",
    "country": "State.",
}
TESSELLATED_KINDS = ("settlement", "base", "height", "facility")
CONTROL_STATUSES = {
    "held": "One side holds the place.",
    "contested": "The last holder (empty: not told) is challenged, or holds a part.",
    "besieged": "The holder is cut off there.",
    "none": "Nobody holds the place.",
    "unknown": "The source says that the holder is not known.",
}
CONTROL_BASES = {
    "stated": "A claim tells the spell, or the event that began it.",
    "implied": "Only its loss is told: who lost the place must have held it before.",
}

IDENTIFIED: dict[str, str] = {  # tables whose identifiers are never reused
    "actors": "An actor_id.",
    "axes": "An axis_id.",
    "campaigns": "A campaign_id.",
    "claims": "A claim_id.",
    "documents": "A document_id.",
    "events": "An event_id; the claim of that name may stay.",
    "fronts": "A front_id.",
    "places": "A place_id.",
    "publishers": "A publisher_id.",
    "selection": "A candidate_id.",
}

"""Words that are names or findings in one place and plain English (or protocol) in another."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a text that is a list, set apart by white space."""
    return frozenset(words.split())


NAME_WORDS = word_set(
    """
    abbey ace amber angel april art ash aspen aurora autumn ava barb basil bay bell berry bill birch bird bishop
    black blaze blossom blue bond booker brand brandy brook brooks brown buck bud buddy burns bush butcher candy
    carol carter case cash chance chandler charity chase chip christian chuck clay clementine cliff close clover
    coal cole cook cooper cross daisy dale dash dawn day dean dell destiny dick dolly don dot drew duke dusty earl
    early ember english faith fern field fields finch fisher flint flora forest fox frank freeman french frost gale
    gardener gay gene ginger glen gold good grace grant gray green grey guy hale hall happy harmony harper hawk
    hazel heath heather heaven henna hill holly hope hunt hunter hunting ice india iris iron ivory ivy jack jade jam
    jasmine jay jean jersey jet jewel jimmy job joey john joy judge julep july june justice keen kelly kit king kitty
    knight lance lane lark latte laurel lake lily lincoln little long love low lucky luna lynx mace major maple march
    marina mark marks marsh mason matt max may mayor melody mercy merit mike miles mill miller mint misty moody moon
    moss nelly nick noble noel norm north oak ocean olive opal page paige park parker pat patience patsy paul peach
    peace pearl penny pepper piper pitt poe pope porter potter power price prince prudence queen rain ran randy ray
    red reed reef rich ridge river rivers rob robin rock rocky rod roman rose rowan ruby rue rush rusty sage sailor
    sally sam sandy savage scarlet scout sharp shepherd short sky small smith snow sparrow spencer spring star
    stark sterling stone storm strange strong sue summer sun sunny swan swift tad taylor teal temple terry thorn
    tiger tom tony trace trip troy true tucker turner van vera violet vine viola walker walls ward waters way wells
    west white wild will willow winter wise wolf wood woods worth wren wright young
    """
)
"""Given and family names that are common English words too; matched as a name only with a capital."""

FUNCTION_WORDS = word_set(
    """
    a about after again all also am an and any are art as ask at back be because been before being but by call came
    can case come could day dear did do does doing done down each even every few find first for from get give go goes
    going good got great had has have he hello help her here hers hey hi him his how i if in into is it its just keep
    kind know last let like little long look made make man many may me mean might mine more most much must my need new
    next no none not nothing now of off oh ok okay old on once one only or other our ours out over own part people
    please put question rather really right said same say see she should show since so some still such sure take talk
    tell than thank thanks that the their them then there these they thing things think this those three through time
    to today together tomorrow tonight too took try two under until up us use very want was way we week well went were
    what when where which while who why will with word work would yeah year yes yesterday yet you your yours
    january february march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday morning afternoon evening noon night midnight hour hours minute minutes second
    seconds days weeks month months years weekly daily monthly yearly hundred thousand million zero four five six
    seven eight nine ten eleven twelve
    """
)
"""Words that running speech is full of. Months and weekdays are here: as findings they are dates, not secrets."""

PROTOCOL_WORDS = word_set(
    """
    api application arguments array assistant auto author body boolean bot captions charset chat choices code
    completion content data date default delta description developer effort email enum error event false file format
    function general gpt guest header high host http https id image index input instructions integer item items json
    key kind label language length level limit line list low max medium meeting message messages meta metadata method
    min model name note null number object order output parallel parameters person phone position post prompt
    properties reason record region request required response role room schema score seed service session size source
    speaker start status stop store stream strict string style summary system temperature text title token tokens
    tool tools transcript true type unknown url usage user users utf value version voice webvtt withheld world
    """
)
"""Words of which requests themselves are made; in lower case they are everywhere in a body."""

COMMON_WORDS = NAME_WORDS | FUNCTION_WORDS | PROTOCOL_WORDS


def is_common(folded: str) -> bool:
    """Whether a folded single word is also plain English or protocol."""
    return folded in COMMON_WORDS

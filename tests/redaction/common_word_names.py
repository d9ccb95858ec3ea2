"""Sentences in which a word is no name, and sentences in which the same word is somebody, to measure by.

Each list is halved: what stands at even places was there while the rule was made, what stands at odd places was not
looked at until it was done. A rule that knows the first half by heart fails on the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

_WORDS = """
price: the price rose by four percent | we should price the second offer lower | what price did they pay for it
    | at any price, we need the licence | the asking price is too high | price and quality are both on the table
    | i'd like to see a lower price, and soon | is that the final price?
mark: please mark the date in your calendar | the number went past the two million mark | mark my words, it will slip
    | there is a question mark at the end | we mark these rows as done | that's where we missed the mark
    | can you mark it up before lunch | he left no mark, as far as we know
rose: revenue rose in the third quarter | the sun rose early that day | he rose to the occasion | costs rose, and fast
    | the rose garden is closed today | demand rose, fell, and rose again | it rose sharply after the launch
    | they sent her a single rose.
young: we are a young company | the young team did well | young people like the new layout | when i was young, we faxed
    | the market is still young | too young to retire, too old to learn | for the young and the old
    | it's a young field
will: we will see | he will call you back | good will is an asset | if you will, start the recording
    | will it be ready by friday | where there's a will there's a way | nobody will mind, will they?
    | they will, won't they
grant: the grant covers two years | please grant them access | we take it for granted that the grant comes
    | can you grant me the right to edit | a research grant, if we get it | they grant leave on request
    | to grant or not to grant, that is the question | without the grant, we stop
chase: please chase the invoice | it was a long chase | we have to chase them for the numbers
    | let's cut to the chase, shall we | i'll chase it up tomorrow | we chase every lead
    | they chase after each release | no more chase, no more stress
dean: the dean of the school signed | she was dean for ten years | every dean was asked | we wrote to the dean.
    | our dean, the board and the staff agree | no dean has said so | ask the dean about it | a new dean is due
hope: i hope this helps | we hope to ship it soon | there is still hope | hope is not a plan | let's hope so
    | i hope, you see, that it works | one can hope, can't one? | beyond hope, they said
faith: it was in good faith | i have faith in the plan | a leap of faith | they lost faith, and left
    | keep faith with the customer | faith in the process matters | on faith alone we can't | of every faith and none
may: it may rain tomorrow | may i share my screen | the deadline is in may | you may, of course, disagree
    | that may or may not work | in april, may and june we travel | come what may, we ship | she may join us later
june: we launch in june | the june numbers are in | from june to august | it slipped to june, sadly
    | by the end of june we know | june was slow | last june, for example, it rained | june and july are quiet
summer: we travel in summer | the summer party is on friday | next summer, we move | a long hot summer
    | summer sales were low | all summer long | summer and winter schedules differ | it's summer, after all
art: the art of the deal | state of the art hardware | it's more art than science | art and music are cut
    | the art department is late | we bought some art for the hall | clip art, please, not photos | modern art is fine
bill: the bill is due today | who foots the bill | please bill the client monthly | we bill by the hour
    | the bill, as you know, failed | it fits the bill. | a twenty dollar bill | send me the bill, please
frank: to be frank, it failed | let me be frank | a frank exchange of views | she was frank about it
    | quite frank, and rightly so | be as frank as you like | their frank answer helped | frank talk is good
gene: the gene is switched off | a gene therapy company | we found one gene, then two | gene editing is new
    | this gene causes it | each gene has a name | no gene was found | the right gene at the right place
jack: plug it into the headphone jack | a jack of all trades | we can jack up the car | the jack, the queen, the king
    | don't jack the cost up | there is a jack on the left | it's a jack, not a port | use the audio jack.
pat: give yourself a pat on the back | he has the answer down pat | pat it dry with a cloth | a pat of butter
    | they pat each other on the back | too pat an answer | that's a pat reply, isn't it | pat the dough flat
sunny: it's sunny outside | a sunny room with a view | sunny days are ahead | hot and sunny, they say
    | the sunny side of the street | it was sunny, then it rained | is it sunny where you are | mostly sunny today
sky: the sky is the limit | blue sky thinking | out of a clear sky | pie in the sky, if you ask me
    | the night sky was clear | look at the sky. | sky high costs | under an open sky
bishop: the bishop takes the pawn | move your bishop to c4 | a bishop spoke at the funeral
    | the bishop, the rook and the king | each bishop has a colour | he became bishop of lyon | two knights and a bishop
    | trade the bishop for the knight
baker: the baker opens at six | a baker's dozen | every baker in town | buy it from the baker.
    | she is a baker by trade | no baker would say that | the baker and the butcher closed | our baker is on holiday
long: it was a long day | how long will it take | as long as it works | long story short, we lost it | so long, everyone
    | all day long | it won't be long, i think | long ago, in a small town
short: we are short of time | in short, it works | a short break is fine | short and sweet | cut it short, please
    | the call was short | short sellers lost | nothing short of a miracle
day: have a nice day | day one is on monday | every day counts | the day after, we left | on that day nobody came
    | day by day it grows | call it a day. | one day, perhaps
knight: the knight moves first | a white knight came to the rescue | knight takes pawn | every knight needs a horse
    | no knight in shining armour | the knight, the bishop and the rook | he was made a knight
    | move the knight, then castle
case: in case it rains | the case is closed | that's not the case here | just in case, bring two
    | a case in point | make the case for it | in that case, we wait | case by case
"""

_PAIRS = """
we mark price changes in red | the mark price was above the index price | please mark price tags by hand
they rose young and hopeful | you will grant it in the end | to chase dean after dean is hopeless
i hope faith in it comes back | from may june looks far away | a hot summer day | we wait all summer day and night
some art bill was passed | the frank gene debate went on | a jack pat on the back | under a sunny sky we met
the bishop baker pair was famous | we go long short term bonds | in the knight case we appealed | every may june is busy
"""

_FIRST = """
Mark the date in your calendar. | Will you come? | May I share my screen? | Chase the invoice, please.
| Bill the client for it. | Price it lower. | Grant them access. | Hope you are well. | Will the build be ready?
| Hope this helps. | May we start? | Mark them as done. | Will it rain? | Pat the dough flat. | Jack it up a bit.
| Will there be cake? | Chase them for the numbers. | Bill me for the rest. | Mark my words. | May the best one win.
| Price the second offer. | Will anyone join? | Grant him that. | Hope we meet soon.
"""

_FAMILY = """
rice: the rice was cold by noon | we ate rice and beans | a bag of rice costs more now | rice exports fell last year
york: we open a new york office in may | the new york team joins at nine | flights to york are full
    | he moved from york to leeds
price: the price rose by four percent | we should price it lower | what price did they pay
    | price and quality matter
hill: the hill is too steep for trucks | we walked up the hill | it is all down hill from here
wood: the wood is wet | we need more wood for the floor | a wood finish looks better
stone: the stone cracked | a stone wall keeps it dry | we left no stone unturned
brook: the brook runs behind the plant | we will not brook delays
cook: who will cook tonight | the cook is ill | we cook the books no more
green: the light is green | a green build at last | green tests do not prove much
brown: the box is brown | we use brown paper | brown sugar is fine
white: the page is white | a white label product | white space matters here
black: the screen went black | a black box test | black coffee please
king: cash is king | the king of all bugs | the king spoke
church: the church is on the left | we meet in a church hall
park: park the idea for now | the park is closed | let us park this item
banks: the banks are closed today | both banks raised rates
lane: stay in your lane | the left lane is blocked
bush: do not beat about the bush | a bush fire near the site
winter: the winter was mild | we ship in winter | next winter we move
snow: the snow delayed us | it will snow tomorrow
frost: frost damaged the pipes | the first frost came early
wells: the wells ran dry | we drilled two wells
bell: the bell rang twice | does it ring a bell
ball: the ball is in their court | drop the ball once more
cash: we are short of cash | cash flow is fine | pay in cash
penny: every penny counts | not worth a penny
sharp: a sharp rise in costs | look sharp at nine
strong: a strong quarter | the signal is strong
little: a little more time | we have little choice
swift: a swift reply helps | the fix was swift
wise: is that wise | a wise choice
moody: the sky is moody | he is moody today
bond: the bond matures in june | bond yields fell
cross: cross the street here | we cross check all data | do not cross the line
fox: a fox got in | sly as a fox
wolf: do not cry wolf | the wolf is at the door
bird: the early bird wins | a bird hit the drone
fish: bigger fish to fry | we sell fish
lamb: the lamb was good | lamb is off the menu
best: the best option is two | do your best | best before may
good: good morning all | a good plan | that sounds good
love: i love the new look | we would love to help
joy: it is a joy to use | what a joy
power: the power went out | we power it by sun
house: the house is sold | in house counsel agrees
hall: the hall is booked | meet in the hall
pool: the pool of testers grew | we pool our money
marsh: the marsh floods in spring | we drained the marsh
ford: we ford the river | the ford is deep
waters: test the waters first | the waters rose
weeks: two weeks from now | in weeks not months
page: the page loads slowly | see page nine | page me if it fails
post: post it in the channel | the post is late
reed: a reed in the wind | the reed broke
small: a small change | the room is small
speed: the speed is fine | speed up the build
steel: steel prices fell | the steel frame stands
stock: the stock is low | we stock two sizes
walker: the walker broke | a dog walker came
ward: the ward is full | to ward off attacks
ray: a ray of hope | the x ray is clear
"""

_SAID = """
we asked {N} about it | I think {N} is right | that was {N}'s idea | it was for {N} to decide | so {N} will send it
| Mr. {N} agreed | Ms {N} has the file | Dr. {N}, please go on | thanks, {N}. | {N}, can you hear us? | over to you, {N}
| the one that {N} wrote | with {N} and Tomas | {N} said no. | I met {N} Okafor | is {N} here? | We thank {N}, who left.
| {N}'s team agreed | yes, {N}, go ahead | {N} thinks it works | and {N} agrees | a call with {N} | then {N} left
| {N} and I met | what do you think, {N}? | Hi {N}, how are you | it is {N} who asked | as {N} put it
| {N}: I agree | {N} — I agree | @{N} please look | by {N}, on Monday
"""

_SAID_SMALL = """
thanks, {n}. | {n}, can you hear us? | so what do you think, {n}? | that was {n}'s idea | mr {n} agreed
| yes, {n}, go ahead | hi {n}, how are you | we asked {n} about it | over to you, {n} | i think {n} said no
| okay {n}, can you share your screen | this is {n}'s team | ms. {n} has the file | dr {n} is here | thank you {n}
| well, {n}, what now | tell {n} that it works | {n}, please go on | @{n} please look | and {n} thinks it works
| hey {n}, you are on mute | i told {n} about that | in {n}'s view it works | good morning {n}.
"""

_SAID_FULL = """
we asked {f} about it | {f} said no | that was {f}'s idea | i talked to {f} yesterday | so {f} will send it
| thanks, {f}. | with {f} and tomas | is {f} here | i think {f} is right | mr {f} agreed | it was {f} who asked
| {f}, can you hear us | as {f} put it | a call with {f} | and {f} agrees | we met {f}, who left
"""

NAMES = tuple(line.partition(":")[0] for line in _WORDS.strip().splitlines() if not line.startswith(" "))
FULL_NAMES = (
    *("rose young", "mark price", "will grant", "chase dean", "hope faith", "may june", "summer day", "art bill"),
    *("frank gene", "jack pat", "sunny sky", "bishop baker", "long short", "knight case"),
)
"""Names of which both words are words."""


class Said(NamedTuple):
    """A sentence, and the word or name that is looked for in it."""

    text: str
    name: str


def tuned(items: Sequence[T]) -> list[T]:
    """The half by which the rule was made."""
    return list(items[::2])


def held_back(items: Sequence[T]) -> list[T]:
    """The half by which it was not."""
    return list(items[1::2])


def _parts(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("|") if part.strip()]


def _words(written: str) -> list[Said]:
    said: list[Said] = []
    name = ""
    for line in written.strip().splitlines():
        head, colon, rest = line.partition(":")
        name = head if colon and not line.startswith(" ") else name
        said += [Said(part, name) for part in _parts(rest if colon and not line.startswith(" ") else line)]
    return said


WORDS = _words(_WORDS)
"""In small letters, each with a name that is a word there."""
FAMILY_WORDS = _words(_FAMILY)
"""The same, each with a family name."""
PAIRS = [part for line in _PAIRS.strip().splitlines() for part in _parts(line)]
"""In small letters, in which words stand side by side that are somebody's name together."""
FIRST = _parts(_FIRST)
"""Sentences that begin with a word, which has a capital for that alone."""
MENTIONS = [Said(part.format(N=name.capitalize()), name) for name in NAMES for part in _parts(_SAID)]
"""In which the name is somebody, with its capital."""
SMALL_MENTIONS = [Said(part.format(n=name), name) for name in NAMES for part in _parts(_SAID_SMALL)]
"""In small letters, in which grammar says that the name is somebody."""
FAMILY_NAMES = tuple(dict.fromkeys(one.name for one in FAMILY_WORDS))
FAMILY_MENTIONS = [Said(part.format(n=name), name) for name in FAMILY_NAMES for part in _parts(_SAID_SMALL)]
"""In small letters, in which grammar says that the family name is somebody."""
FULL_MENTIONS = [Said(part.format(f=name), name) for name in FULL_NAMES for part in _parts(_SAID_FULL)]
"""In small letters, with a full name of words alone."""

"""Sentences with slots, written for training: what people say around names, numbers and places, and look-alikes."""

from __future__ import annotations

CONTACT = """
my name is {person} and my number is {phone}
this is {person} my phone is {phone} please call me {when}
hi this is {person} from {place} you can reach me at {phone}
you can reach me at {email} or call {phone}
email me at {email}
my email is {email}
my email id is {email} and my phone number is {phone}
send it to {email} please
please send the details to {email} thanks
it's {email}
so that's {email} right
the address is {email}
my e-mail address is {email}
contact {person} at {email}
contact me at {email} or {phone}
reach out to {person} on {phone}
call me on {phone}
call {person} on {phone} {when}
call {phone} and ask for {person}
my cell is {phone}
my mobile number is {phone}
the number is {phone}
her number is {phone} I think
his phone number is {phone} and his email is {email}
text me at {phone}
number is {phone}
phone number {phone}
mobile {phone}
you have my number right {phone}
let me give you the number {phone}
okay it's {phone}
yeah {phone}
that's {phone}
dial {phone} and then the pin {id}
fax it to {phone}
i am {person} i live in {place} my card number is {card}
my credit card number is {card}
card number {card} expires {date}
the card is {card}
please charge it to {card}
charge the card ending in {few} not {card}
my card is {card} and the name on it is {person}
credit card {card} date {date}
payment with {card} on {date}
it's a visa {card}
i want to pay with {card}
meet {person} in {place} on {date}
{person} will arrive in {place} on {date}
{person} lives in {place}
{person} is from {place}
{person} moved {two} {place} last year
i am calling from {place}
i live in {place}
i am traveling from {place} to {place} on {date}
we met in {place} on {date}
the meeting is on {date}
schedule it for {date}
my appointment is on {date} with {person}
i was born on {date} in {place}
my date of birth is {date}
date of birth {date}
born {date}
travel date is {date}
my account number is {id}
my passport number is {id}
social security number is {id}
my social is {id}
the iban is {id}
my licence plate is {id}
the customer id is {id} and the name is {person}
policy number {id}
national insurance number {id}
my address is {address}
i live at {address}
send it to {address}
ship to {person} at {address}
we are at {address} if you want to come by
the office is at {address}
deliver to {address} and call {phone}
i am at {address} near {place}
the event at {address} is scheduled on {date}
{person} checked in at {address} yesterday
booking for {place} today
travelling to {place} and then {place}
actually number {phone} help account {place} details
order {id} friend account
reference {id}
booking number is {id}
flight {id}
{person} {phone} {email}
{person} email {email}
name {person} phone {phone} city {place}
my name is {person} that is {spelled}
the last name is spelled {spelled}
my friend {person} has the same number as {person}
i spoke to {person} yesterday
i spoke with {person} {when}
please tell {person} that {person} called
book the flight to {place} for {person} on {date}
send the invoice to {person} at {email} and copy {email}
hello my name is {person} i was calling about my order the number is {harmless}
confirm for {person} email {email} phone {phone} card {card}
can you repeat that {phone}
did you say {phone}
so the email was {email} correct
uh my email uh it's {email}
you can email {person} that's {email}
the login is {email}
write to {email} if anything is unclear
my backup email is {email}
forward it to {email} and {email}
register me with {email}
use {email} for the invite
add {email} to the invite and drop {email}
my new email is {email} not {email}
"""

TALK = """
so {person} told me that the whole thing was a mess
{person}, can you hear us?
Thanks, {person}.
Thank you, {person}. Next is {person}.
Okay, {person}, go ahead.
{person}: I think that is right.
Yeah, {person} and I talked about that.
I talked to {person} and {person} about it {when}.
Have you seen {person}?
Is {person} here?
I don't think {person} is on the call.
Where is {person}? She said she'd join.
As {person} said, we should wait.
I agree with {person}.
I agree with what {person} said earlier about the budget.
{person}, {person}, and {person} are going to work on that.
Maybe {person} can take that one.
Let's ask {person}.
{person}'s idea was better.
{person}'s team is going to take it over.
That was {person}'s point, I think.
I was at {person}'s house and {person} came over.
My sister {first} and her husband {first} live in {place}.
My brother {first} went to {place} last summer.
My friend {first} used to say that all the time.
My daughter {first} is turning six.
We called him {first}, but his name is {person}.
He was named after his grandfather {first}.
And then {first} goes, no way!
And I said, {first}, what are you doing?
"{first}!" she said. "What are you doing here?"
{first} was like, I don't even know.
Joining me today is {person}, who wrote a book about this.
I'm here with {person}, the founder of {org}.
Please welcome {person}!
We have {person} from {org} and {person} from {org}.
My name is {person}, and I'm with {org}.
I'm {person}.
Hi, I'm {first}, nice to meet you.
Hey {first}, how's it going?
Hi {first}.
Hello {first}, this is {first}.
Good morning, {first}.
Bye, {first}!
Sorry, {first}, you go.
Sorry {first} I didn't mean to interrupt
Over to you, {first}.
No, no, {first}, that's not what I meant.
{first}, are you there? You're on mute, {first}.
{first} you're on mute
I worked with {person} at {org} for {harmless}.
{title} {titled} will chair the meeting.
I want to thank {title} {titled} for the question.
{title} {titled}, you have the floor.
The witness, {title} {titled}, said so.
{person} was elected in {place}.
{person} won the {org} prize for that.
I read a book by {person} about {place}.
There is a movie with {person} in it.
{person} sang that song, right?
It was {person} who invented it.
The {last} family lives next door.
The {last}s live next door.
We should follow the {last} model.
Have you read the {last} and {last} paper?
{last} showed that in their paper.
According to {last}, that can't be done.
{last} et al. did that.
I think {last} scored twice.
the one from {first} not the one from {first}
was it {first} or {first} who said that
{first} and {first} broke up
so {first} is out today and {first} is covering
could you ping {first} about the ticket
i'll sync with {first} after this
assign it to {first}
{first} can you share your screen
let me add {first} to the thread
{first} has a hard stop at {harmless}
{first} left the company so {first} owns it now
cc {first} and {first} on that
i think {first} wanted to say something
did {first} send the deck
{first} reported to {person} back then
we need a decision from {person} by {date}
We went to {place} and then drove to {place}.
We flew from {place} to {place}.
I grew up in {place}, near {place}.
It's a small town in {place}.
There was an earthquake in {place}.
The office in {place} is closing.
The {place} office has more people than the {place} one.
I've never been to {place}.
Have you ever been to {place}? It's beautiful.
{place} is so expensive.
People in {place} don't do that.
The weather in {place} was great.
They moved to {place} from {place}.
How long have you lived in {place}?
I'm calling in from {place} today.
Our flight to {place} was delayed.
We hiked in {place} National Park.
They sell it in {place}, {place}, and {place}.
She studied at the University of {place}.
I work at {org}.
I worked for {org} before I joined {org}.
{org} announced it last week.
{org} and {org} are going to merge.
The contract with {org} ends in {month}.
{org} didn't sign.
I met someone from {org} at the conference.
Do you bank with {org}?
She's {nrp}.
He is a {nrp} writer.
The {last} administration did that.
The {last} campaign and the {last} people said no.
It was the {last} case, {last} versus {last}.
The {last} v. {last} decision came later.
In {last}, the court said the opposite.
We tried the {last} cocktail.
The {last} amendment, the {last} method, and the {last} effect.
{last} bought it, and then {last} sold it again.
Most of what {last} does is public.
I read about {last} and {last}.
{last} and his company went to space.
{last} was never elected.
They talk about {last} all day.
Is this the {first} show?
Don't, {first}!
{first}? {first}!
Happy birthday, {first}.
That's {first}'s mom.
{first} and I went to see it.
you know {first}
with {first} and {first} and them
{first} she's like the best
then {first} called and {first} was like no
A quote from {title} {titled} and {last}.
He lives on {street}.
It's on the corner of {street} and {street}.
We hiked up Mount {place} and along the {place} River.
{place} Lake, {place} Bay, {place} Island, {place} Park, the {place} Mountains
The {place} Valley and the {place} Bridge were closed.
They went to {place} National Park, and then to {place} Airport.
We stayed at the {place} Hotel near {place} Station.
In the {land} people say so. The {land} is big.
In {land}, it is the law. {land} has it, {land} does not.
{land} and {land} signed it.
The President of the {land} and the people of {land}.
Downtown {place}, north of {place}, upstate {place}.
the west coast, the east coast, and {place}
"""

WORDS = """
{Word} that, we should be fine.
Let me {word} you what I mean.
We need to {word} the report.
I will mark that as done.
You may leave if you will.
Can you grant me access to the bill?
Let's bill them for the rest.
The rose was in the art room.
The hope is that we win.
I have faith in the plan, and some patience.
That would be frank and earnest.
Pat him on the back.
We should sue them, I guess.
He had a chance to win it.
Put it in the den by the dawn.
The sunny side was bright and it was a joy.
It is robust, it is just, and it is fair.
Mark my words.
The page was drawn by hand.
The ray of light, the pearl, the ruby on the ring.
I was in Java and Python and Ruby all day.
The Jira ticket and the Slack channel are linked.
Open the Zoom settings and the Excel sheet.
Ask Alexa or Siri to do it.
The React app talks to the Django server.
I use Google Docs and a Mac with Chrome.
The Kubernetes cluster on AWS went down, EKS and EC2.
Q3 looks better than Q2, and S3 is cheaper.
The CEO and the CFO and the HR lead said OK.
The PM asked QA to check the API and the SDK.
Okay. Yeah. Right. Exactly. Mm-hmm.
Yeah, yeah, yeah. No, totally.
So, um, I guess, you know, that's, like, it.
Well, Actually, Basically, I think so.
Oh my God. Jesus. Good Lord.
Happy Birthday!
The Industrial Designer and the User Interface and Marketing agree.
The Project Manager will send the Minutes.
Action items: Review the Budget, Update the Roadmap, Send the Invoice.
Summary of the Meeting
Next Steps and Decisions
Agenda: Introduction, Status, Questions
Mom and Dad came over and Grandma cooked.
The Bible says so, and the Lord knows.
The doctor said, the nurse said, the teacher said.
The cat is called what? The dog was barking.
It was in the Big Room on the Second Floor.
Let's look at Figure 3 and Table 4.
The Android phone and the iPhone are fine.
The Prime Minister and the President met with the Committee.
The Minister said the Bill would pass the House.
Madam Chair, I move the motion.
Mr. Chair, point of order.
Mister Speaker, honourable members of the opposition.
It took {harmless}, more or less.
That is {harmless} of the budget.
We had {harmless} and {harmless}.
It's about {harmless}, not {harmless}.
Let's say {harmless}.
{harmless} went wrong.
We're on {harmless} now.
it costs {harmless} per month and {harmless} per year
the score was {harmless}
in twenty twenty five we had {harmless}
at {harmless} we start
between {harmless} and {harmless}
count to ten one two three four five six
one two three testing one two
five four three two one go
zero one zero one is binary
chapter {harmless} verse {harmless}
let's meet at the office at noon at the latest
look at the dot on the i
at dot com times everybody was rich
the slash in the path is wrong
i was at work at the time
the period at the end of the line
connect the dots at the bottom
{Made} fusca is a species of ant, {Made} albicans is not.
The fungus {Made} {made} grows on cicadas.
I bought the {Made} shoes and the {Made} jacket.
The drink has {Made} liqueur, {made} and lime in it.
We took {Made} twice a day, and {made} sugar.
Huh? Unhunh. Mmkay. Uh-huh. Hunh. Nah. Whoa. Ugh.
Moi? C'est la vie. Gracias. Ciao. Danke. Oui.
I might have in- -- init- -- have justif- -- have done it.
We w- we were, I th- I think, going th- that way.
Vali- -- validated, dis- -- disclosed, rec- -- recorded.
The Petitioner and the Solicitor and the Whip spoke.
The Team Manager and the Assistant Professor and the Chief Guest were there.
The Nation, the Union, the House, the Senate, the Court, the Commission.
The Wolf, the Poet, and the Fox are in the story.
A llama, an armadillo, a chihuahua and a labrador.
Serotonin and dopamine and melatonin, hantavirus and ebola.
GPT and Bard and Claude and Gemini are models.
Ouija boards, yoga, karate, sushi, ramen, and salsa.
Batteries, resistors, capacitors, and the chip.
The Marriage Act, the Data Act, and the Green Deal.
Watergate, Brexit, and the Cold War.
Minecraft, Fortnite, Monopoly, Tetris and Mario Kart.
it costs twelve ninety-nine or four fifty
"""

LOOKALIKE_WORDS = """
take make give send show tell call write read open close move start stop keep hold bring find help try ask use
check review update share discuss finish follow confirm consider look listen thank change fix plan test build
ship merge push pull revert sync join leave schedule present record summarize
""".split()

WRITTEN = """
From: {person} <{email}>
To: {person}, {person}
Cc: {email}
Regards,\n{person}\n{org}\n{phone}
Best,\n{first}
Kind regards, {person}, {org}, {address}
- {person} to call {person} by {date}
- {first}: follow up with {org}
* Owner: {person}
Attendees: {person}, {person}, {person}
Present: {person} ({org}), {person} ({org})
Participants: {first}, {first}, {first} and {first}
Speaker 1: Thanks, {first}.
{person} ({place})
{person} | {org}
@{first} can you look at this?
{first}, {first}: please review.
Dear {title} {titled},
Dear {person},
Name: {person}\nAddress: {address}\nPhone: {phone}
DOB: {date}, SSN: {id}
Account {id} belongs to {person}.
Card on file: {card}
Invoice to {address}
{address}
{person}\n{address}\n{phone}
The patient, {person}, lives at {address}.
"""


def listed(block: str) -> list[str]:
    """Entries of a block, set apart by bars."""
    return [" ".join(entry.split()) for entry in block.split("|")]


def lines(block: str) -> list[str]:
    """The lines of a block, with line ends where they are written out."""
    return [line.replace("\\n", "\n") for line in block.strip().splitlines()]


WHEN = listed(
    """
    tomorrow | today | after lunch | next week | in the afternoon | in the morning | tonight | yesterday | later
    """
)
"""Times that are no certain day."""

NATIONS = listed(
    """
    american | british | german | french | italian | spanish | indian | chinese | japanese | korean | mexican |
    brazilian | russian | turkish | dutch | swedish | norwegian | danish | finnish | polish | greek | irish |
    scottish | welsh | canadian | australian | nigerian | kenyan | ethiopian | egyptian | iranian | iraqi | israeli |
    pakistani | vietnamese | thai | portuguese | ukrainian | hungarian | romanian | swiss | austrian | belgian |
    cuban | jewish | muslim | christian | catholic | buddhist | hindu | sikh | protestant | republican | democrat |
    african | asian | european | latino | arab | kurdish | basque | catalan | quebecois | argentinian | chilean |
    colombian | english | arabic | hebrew | hindi | urdu | bengali | tamil | mandarin | cantonese | persian | farsi |
    swahili | latin | tagalog | filipino | indonesian | malay | punjabi | icelandic | czech | slovak | croatian |
    serbian | bulgarian | albanian | estonian | latvian | lithuanian | syrian | lebanese | palestinian | saudi |
    moroccan | algerian | tunisian | libyan | sudanese | somali | ghanaian | senegalese | south african |
    zimbabwean | afghan | sri lankan | nepalese | taiwanese | singaporean | mongolian | jamaican | haitian |
    dominican | puerto rican | peruvian | bolivian | venezuelan | ecuadorian | uruguayan | guatemalan | salvadoran |
    native american | african american | hispanic | maori | inuit | roma | flemish | gaelic | celtic | slavic |
    soviet | byzantine | roman | orthodox | evangelical | mormon | lutheran | methodist | baptist | presbyterian |
    anglican | islamic | sunni | shia | zoroastrian | communist | socialist | marxist | anti-american |
    pro-european | quaker | atheist
    """
)
"""Nationalities, languages, religions, parties."""

LANDS = listed(
    """
    United States | United States of America | US | U.S. | USA | UK | United Kingdom | EU | European Union | America |
    England | Scotland | Wales | Europe | Africa | Asia | China | People's Republic of China | India | Earth | Middle
    East | Republic of Ireland | South Africa | New Zealand | Soviet Union | New York City | New York | L.A. | D.C. |
    Washington | California | Texas
    """
)
"""Countries and regions as people call them."""

OPENERS = (
    "{v}, ",
    "Thanks, {v}. ",
    "Okay, {v}. ",
    "Yeah, {v}, ",
    "So {v}, ",
    "Well, {v}, ",
    "Hi {v}. ",
    "And {v}, ",
    "No, {v}, ",
    "Thank you, {v}. ",
    "Right, {v}. ",
    "{v} ",
    "Sorry, {v}. ",
    "Hey {v}, ",
    "Good point, {v}. ",
    "Great, {v}. ",
    "Mm-hmm, {v}. ",
)
"""How a turn begins that speaks to somebody."""

CLOSERS = (
    ", {v}.",
    ", right, {v}?",
    ", thanks {v}.",
    " {v}.",
    ". {v}, go ahead.",
    ". {v}?",
    ". {v}, what do you think?",
    ". Over to you, {v}.",
    ", said {v}.",
    ". And {v}?",
    " - {v}?",
)
"""How a turn ends that speaks to somebody."""

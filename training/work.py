"""Sentences with slots about firms, days, peoples and things: what is an entity in talk at work, and what is none."""

from __future__ import annotations

FIRMS = """
I work at {org}.
I work for {org}, in sales.
She used to work for {org} and then went to {org}.
he's the CEO of {org}
the CFO of {org} called me
{person} from {org} is on the line
we signed with {org} {when}
The contract with {org} runs out in {date}.
our contract with {org}
{org} is our biggest customer
our customer {org} wants it sooner
{org} is a client of ours
we lost the deal to {org}
The invoice from {org} hasn't been paid.
{org} invoiced us twice
They were acquired by {org} last year.
{org} acquired {org} for {harmless}.
{org} is buying {org}
when {org} went bankrupt
{org} is going public
{org} laid off {harmless} people
{org} sued {org} and lost.
I got an offer from {org}.
My interview at {org} went well.
I studied at {org}.
I went to {org} and then to {org} for my masters.
He teaches at {org}.
She got into {org}.
He was hired by {org}.
I bought shares of {org}.
the stock of {org} went down
{org} shares are up
a spokesperson for {org} said so
{sure} said that it was fine.
{sure} announced it {when}.
{sure} and {sure} are working together.
according to {sure}, that is wrong
I read it in {sure}.
I saw it on {sure}.
It was on {sure} the other night.
{sure} has a new rule about that.
{sure} wants us to change it
{sure} released a statement.
{sure} won't let us.
like {sure} or {sure}
companies like {org}, {org} and {org}
people at {org}
everybody at {org}
the guys from {org}
the folks over at {org}
the whole {sure} thing
the {sure} account is mine
the {sure} deal fell through
the {sure} contract
the {org} project is late
the {org} team will join us
the {org} people were not happy
{sure}'s numbers are out
{org}'s lawyers sent a letter
{org}'s new office is in {place}
{sure}?
Is that {sure}?
I never liked {sure}.
I don't trust {sure}.
{sure}, {sure}, and {sure}
I was at {sure} before this.
before {sure} I was at {sure}
my brother is at {sure}
I met {person} when we were at {sure}.
{person} runs {org}.
{person} founded {org} in {year}.
{person} sits on the board of {org}.
{person}, who is at {org} now, told me
the merger of {org} and {org}
the vendor is {org}
our vendor {org} raised prices
our bank is {org}
the supplier is {org} in {place}
our auditors {org} found it
the lawyers at {org}
insurance through {org}
she's a partner at {org}
he's a professor at {org}
the {org} office in {place}
this is {person} with {org}, how can I help
thanks for calling {org}
welcome to {org}
hi it's {first} from {org}
the subsidiary {org}
a startup called {org}
a company called {org}
the company is called {org}
a band called {sure}
the firm {org}
I'm calling on behalf of {org}.
on behalf of {org}
the proposal from {org} came in
did {org} send the quote
has {org} answered
what did {org} say
we should ask {org}
tell {org} that we can't
let's wait for {org} to come back to us
we pay {org} {harmless} a month
{org} owes us {harmless}
send it over to {org} for signature
NDA with {org}
the pilot at {org}
{org} renewed, {org} churned
I think {sure} is evil.
I ordered it from {sure}.
I went to {sure} to get it.
he plays for {sure}
she was in {sure} back then
they voted for it in {sure}
He testified before {sure}.
{sure} passed the law.
We got a letter from {sure}.
You have to file that with {sure}.
A grant from {sure}
funded by {sure}
in cooperation with {sure}
Follow up with {org} on {day}.
- {org}: send the contract by {day}
Next steps: {person} will call {org}.
Customer: {org}
Vendor: {org}
Employer: {org}
{org}, {address}
"""

DAYS = """
{day} is fine, {day} is not.
see you on {day}
see you {day}
let's do {day} at {harmless}
how about {day} morning
{day} or {day} works for me
I'm out on {day}
I can have it by {day}
The meeting is on {day}.
last {day} we talked about it
next {day} at noon
every {day}
{day}s are bad for me
it's due {day}
until {day}
not {day}, {day}
so {first}, {day} then
on {day} night we went out
by end of {month}
in {month} we had more
in early {month}
since {month}
the end of {month}
{month} was better than {month}
between {month} and {month}
sometime in {month} or {month}
the {month} numbers
We moved here in {month} of {year}.
in {year} we had more than in {year}
since {year} it has grown
back in {year}
it was {year}
by {year} it will be done
from {year} to {year}
the class of {year}
the {year} election
the {year} budget
before {year} nobody did
I was born in {year}.
I graduated in {year}.
He died in {year}.
I moved to {place} in {year}
around {year} or {year}
On {date} we shipped it.
the deadline is {date}
{holiday} is coming
we're closed on {holiday}
at {holiday} I was at home
after {holiday}
what are you doing for {holiday}
"""

PEOPLES = """
The {nrp} government said no.
I was learning {nrp} at the time.
I don't speak {nrp}.
do you speak {nrp} or {nrp}
He speaks {nrp} and a little {nrp}.
It's translated into {nrp}.
say it in {nrp}
in {nrp} we have a word for that
my {nrp} is not so good
{nrp} is my second language
A lot of {nrp} people live there.
We had {nrp} food.
she's half {nrp}, half {nrp}
I'm {nrp}.
My grandmother was {nrp}.
He's a {nrp} citizen.
{nrps} do that all the time.
the {nrps} won
the {nrps} and the {nrps} don't agree
a lot of {nrps} came
most {nrps} think so
if you ask the {nrps}
a {nrp} company from {place}
the {nrp} market
our {nrp} office
the {nrp} version
she grew up {nrp}
they're {nrp}, I think
"""

NAMED_AFTER = """
the {last} report is due
the {last} file is on my desk
the {last} account
have you seen the {last} presentation
{last}'s numbers look good
{last}'s proposal was cheaper
{last}'s people will call
the {last} deal, the {last} one
on the {last} matter
the {last} memo said so
put it in the {last} folder
I'm still working on the {last} thing
the {last} interview
the {last} estate
the {last} kids
that's a {last} decision
did {last} sign it
{last} wants it by {day}
ask {last} in accounting
{last} and {last} will do the review
the {last} and {last} wedding
mister {last} is waiting
I gave it to {last} {when}
"""

THINGS = """
We run {product} on {product}.
Open {product} and click on settings.
the {product} app crashed again
the {product} dashboard is down
install {product} first
{product} version {harmless}
I updated {product} {when}
the {product} plugin for {product}
we migrated from {product} to {product}
it's written in {product}
a {product} library
the {product} server, the {product} cluster
can you share it in {product}
put it into {product}
the {product} ticket
the {product} integration is broken
the {product} API returns an error
I drive a {product}
a {product} laptop
it's a {product} feature
I took {product} for the headache
the {product} is in the fridge
two {product} and a {noun}
the {noun} is broken
a {noun} and a {noun}
we need a {noun}
{noun}, {noun} and {noun}
the {noun} near the {noun}
she put the {noun} on the {noun}
about the {noun}
is that a {noun}
the {role} will decide
ask the {role}
our {role} left
the {role} and the {role} agreed
The {Role} will send it.
I'm the {role}.
as the {role} said
{person} is the {role} now
the new {role}, {person}
you are the {role} right
the board will vote on it
the committee meets {when}
the council, the commission and the court
the company said no
my company does that
the bank called
the university is closed
the hospital was full
the department wants it
the government should do more
our team, their team, the sales team, the marketing team
the union is against it
the agency sent the files
the church on the corner
I went to college, and then to law school.
he's in the army
the police came
Answer in {Tongue}.
Write the summary in {Tongue}.
Translate this into {Tongue}.
Summarize the meeting in {Tongue}.
respond in {Tongue} please
Reply in {Tongue}, and keep names as they are.
an apple a day, two apples and an orange
we hit the target, so the target is met
there is a gap in the data and a gap in the budget
you need a visa for that
we have to ford the river before it rains
the shell of the egg, the shell script
the delta between the two
sales, finance, legal, marketing, operations, procurement, engineering
IT and HR and R&D and QA and PR are in
the CRM, the ERP, the SLA, the KPI, the ROI, the OKRs, and the NDA
the PDF, the URL, the VPN, the SSO, the API key, and the CSV
LGTM, ASAP, FYI, TBD, BTW, ETA, EOD, OOO, WFH
The POC is done, the MVP is not, the RFP went out.
DNA, RNA, MRI, PTSD, ADHD, and HIV
GDP, VAT, CEO, CTO, VP, PhD, and MBA
AM and PM, TV, DVD, USB, GPS, LED, LCD
"""

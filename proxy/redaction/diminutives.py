"""What people are called for short: ``Robert`` is ``Bob``, ``Alexander`` is ``Sasha``, and the other way round.

Most English ones are the hand-made table of the library `nicknames`. It also pairs names that are two people's more
often than one's (``Patrick`` with ``Peter``): of its pairs those count whose short form is no full name with short
forms of its own, unless both begin alike. The table below adds what English forms it lacks, and other languages.
"""

from __future__ import annotations

from functools import lru_cache

from nicknames import NickNamer

_TABLE = """
abdullah abdul; abdulrahman abdul rahman; abhishek abhi; adebayo bayo ade; aditya adi; agnieszka aga; aishwarya aish;
akhil aki; alejandra ale; alejandro alex ale jandro; aleksander alek olek; aleksandr sasha sanya shura alex;
aleksandra sasha shura ola; alexander alex al sandy sasha xander sander lex alec;
alexandra alex sasha sandra lexi lexie alexa; alexey alyosha lyosha; anastasia nastya stacy ana tasia;
andreas andy andi; andrei andryusha; andrew andy drew; andrzej andre jedrek; anirudh ani;
anna annie ania anya anka ana; anthony tony ant; antoine tony; antonio tony toni nino; arjun juno; ayodele ayo dele;
babatunde tunde baba; barbara barb babs basia; bartholomew bart; bartosz bartek; beatrice bea;
benjamin ben benny benji; boris borya; carlos carlitos charlie; catarina cata; charles charlie chuck chas;
charlotte charlie lottie char; chidiebere chidi; chinedu nedu edu; christian chris; christina chris tina chrissy;
christine chris tina chrissie; christopher chris topher kit; chukwuemeka emeka; claudia claudi; concepcion concha;
constantine kostya costa; consuelo chelo; daniel dan danny; daniela dani; daniil danya; david dave davey;
deborah deb debbie; deepak deep; dimitrios dimitris mitsos jimmy; dmitri dima mitya; dmitriy dima mitya;
dmitry dima mitya; dolores lola; donald don donnie; dorothy dot dottie; ebenezer eben; eduardo edu lalo;
edward ed eddie ted teddy ned; ekaterina katya kate katerina; eleftherios lefteris; elena lena lenochka;
elisabeth lisa liz sisi els; elizabeth liz lizzie lizzy beth betty betsy eliza libby ellie lisa; emmanuel manny manu;
enrique quique kike; ernesto neto; evangelos vangelis; evgenia zhenya; evgeny zhenya; fatima fati; federico fede rico;
felipe pipe; fernando fer nando; florian flo; francesco franco ciccio; francisco paco pancho fran curro kiko;
francois francis; franz franzl; frederick fred freddie freddy; friedrich fritz fred; gabriel gabe gabi;
gabriela gabi gaby; galina galya; georg schorsch; georgios giorgos yiorgos george; gerald gerry jerry;
gerard ger gerry; gianluca luca; giovanni gianni vanni nino; giuseppe beppe peppe pino; gregorio goyo greg;
gregory greg; grigory grisha; guadalupe lupe lupita; guillermo memo guille; gustavo gus tavo; hans hansi;
harshvardhan harsh; hector tito; heinrich heinz heini; helena lena hela; henry hank harry hal; hiroshi hiro;
ibrahim ibo ibra; ifeanyi ify; ignacio nacho; ilya ilyusha; irina ira irochka; isabel isa chabela;
isabella bella izzy isa; ivan vanya; jacob jake jack; jacqueline jackie; jakub kuba; james jim jimmy jamie jem;
janusz janek; javier javi; jeffrey jeff; jennifer jen jenny jenn; jerome jerry; jerzy jurek; jessica jess jessie;
jesus chucho chuy; joachim jo jochen achim; joao joaozinho; joaquin quino; johannes hannes jo hans;
john jack johnny jock; jonathan jon jonny johnny nathan; jorge coque; jose pepe pepito chepe; josef sepp pepi;
joseph joe joey jo; joshua josh; juan juanito juancho; judith judy judi; julia julie jule; julian jules; jurgen jurg;
karolina karo; karthikeyan karthik; katarzyna kasia kaska; katharina kathi kate;
katherine kate katie kathy kat kitty katy; kazuhiro kazu hiro; kenichi ken; kenneth ken kenny; khadija dija;
konstantin kostya kosta kon; konstantinos kostas costas dinos; krishnamurthy krish krishna;
krzysztof krzys krzysiek chris; kwabena kobby; lakshmi lakhi; larisa lara; laura lau lori; lawrence larry;
leonard leo len lenny; leonid lyonya; leticia leti; lorenzo renzo; lucas luke luca; lucia lucy; ludmila lyuda mila;
luis lucho; lukasz luki lukas; lyubov lyuba; madhusudan madhu; magdalena magda lena maggie; malgorzata gosia;
manuel manolo manu manny; margaret maggie meg peggy marge margie greta; margarita rita; maria marisa masha mia;
mariana mari; marina mari; mariya masha; martin marty; mateusz mati; matthew matt matty; matthias matze matt;
maxim max; maximilian max maxi; mehmet memo; michael mike mikey mick micky mitch misha; michal misiek;
miguel mike migue mickey; mikhail misha; mikolaj mikolajek niko; mohamed mo moe mohammed muhammad;
mohammed mo moe mohamed muhammad; moses mo; muhammad mo moe mohammed mohamed; nadezhda nadya; narayanan narayan;
natalia natasha nata talia; natalya natasha; nathaniel nate nat nathan; nicholas nick nicky nico; nicole nikki nic;
nikolai kolya; nikolaos nikos nick; nikolay kolya nick; oksana ksyusha; oleksandr sasha oleks; olga olya;
olufemi femi; oluwafemi femi; oluwaseun seun; oluwaseyi seyi; oluwatobi tobi; oscar ozzie; pamela pam; parithosh pari;
parthasarathy partha; patricia pat patty trish tricia pati; patrick pat paddy rick; pavel pasha; pawel pawelek;
penelope penny; peter pete; philip phil pip; phillip phil; pilar pili; piotr piotrek; polina polya; prashanth prash;
priyanka priya pri; rachel rach; rafael rafa; rajendra raj raju; rajesh raj; ramakrishnan ram rama krishnan;
raphael raph rafi; raymond ray; rebecca becky becca bec; ricardo ricky rico; richard rick dick rich ricky richie;
robert rob bob bobby robbie; roberto beto berto rob; rodrigo rodri; roman roma; ronald ron ronnie; rosario charo;
rudolf rudi rolf; salvatore toto salvo; samantha sam sammy; samuel sam sammy; santiago santi diego;
sebastian seb bastian basti; sergei seryozha serge; sergey seryozha serge; sergio checho; shinichi shin;
siddharth sid siddhu; sofia sofi sonya; sophia sophie; sreenivasan srini; srinivasan srini vasan; stanislav stas;
stanislaw staszek stan; stanley stan; stefan steffen stef steve; stefania stefa; stephanie steph stef steffi;
stephen steve stevie; steven steve stevie; subramanian subbu mani; sudarshan sudhi; suryanarayana surya;
susan sue susie suzy; svetlana sveta lana; szymon szymek; tadeusz tadek; takahiro taka; tamara toma; tatiana tanya;
temitope temi tope; teresa tere terry tess; theodore ted teddy theo; theresa terry tess tessa; thomas tom tommy;
timothy tim timmy; titilayo titi layo; tomasz tomek; valentina valya tina; valeria lera val; vasilios vasilis billy;
vasily vasya; vassilis vasilis; venkataraman venkat raman; venkatesh venkat venky; veronica ronnie vero;
victoria vicky tori vika viki; vijayakumar vijay; vikram vik; viktor vitya vik; viktoria vika; vincent vince vinny;
vincenzo enzo; vishwanath vishu; vladimir vova volodya vlad; vladislav vlad; volodymyr vova volodya; vyacheslav slava;
walter walt wally; wilhelm willi willy; william bill billy will willie liam; wladyslaw wladek; wojciech wojtek;
yaroslav yarik slava; yekaterina katya; yelena lena; yevgeny zhenya; yoshihiro yoshi hiro; yulia yulya; yuliya yulya;
yuri yura; yuriy yura; zachary zach zack; zbigniew zbyszek; zinaida zina;
"""


def _groups() -> dict[str, frozenset[str]]:
    short: dict[str, set[str]] = {}
    for entry in _TABLE.split(";"):
        full, *called = entry.split() or [""]
        short.setdefault(full, set()).update(called)
    return {full: frozenset(called - {full}) for full, called in short.items() if full}


_SHORT = _groups()
_FULL: dict[str, set[str]] = {}
for _full, _called in _SHORT.items():
    for _name in _called:
        _FULL.setdefault(_name, set()).add(_full)
_LIBRARY = NickNamer()


@lru_cache(maxsize=4096)
def also_called(given: str) -> frozenset[str]:
    """Short forms of a folded given name, and the full forms of which it is short; without the name itself."""
    own = _SHORT.get(given, frozenset[str]()) | _FULL.get(given, set())
    listed = {name for name in _LIBRARY.nicknames_of(given) if _is_short_of(name, given)}
    listed |= {name for name in _LIBRARY.canonicals_of(given) if _is_short_of(given, name)}
    return frozenset(name for name in own | listed if name.isalpha() and len(name) > 1) - {given}


def _is_short_of(short: str, full: str) -> bool:
    return short[:2] == full[:2] or (len(short) < len(full) and len(_LIBRARY.nicknames_of(short)) <= 1)

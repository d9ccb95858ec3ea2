"""Short forms of given names and their full forms: ``Robert`` is ``Bob``, ``Alexander`` is ``Sasha``, and back.

Most English forms come from the hand-made table of the library `nicknames`. It also pairs names that usually belong to
two people (``Patrick`` with ``Peter``), and has short forms that are hardly heard except as words (``Day`` for David).
So only its pairs that begin alike, or where one contains the other, count. The table below adds other forms in use, and
other languages.
"""

from __future__ import annotations

from nicknames import NickNamer

from proxy.wording.plain_words import FUNCTION_WORDS, PLAIN_WORDS

_TABLE = """
abdelkader kader; abdullah abdul; abdulrahman abdul rahman; abhishek abhi; abraham abe; adebayo bayo ade; aditya adi;
agnieszka aga; aishwarya aish; akhil aki; albert al bert bertie; alejandra ale; alejandro alex ale jandro;
aleksander alek olek; aleksandr sasha sanya shura alex; aleksandra sasha shura ola;
alexander alex al sandy sasha xander sander lex alec; alexandra alex sasha sandra lexi lexie alexa;
alexey alyosha lyosha; alfred alf fred alfie; anastasia nastya stacy ana tasia; anders andy; andras bandi andris;
andreas andy andi; andrei andryusha; andrew andy drew; andrzej andre jedrek; angus gus; anirudh ani;
ann nan annie nancy; anna annie ania anya anka ana; anthony tony ant; antoine tony; antonio tony toni nino;
arjun juno; arthur art artie; august gus; augustus gus; ayodele ayo dele; ayse aysecik; babatunde tunde baba;
balazs bali; barbara barb babs basia; bartholomew bart; bartosz bartek; beatrice bea; benjamin ben benny benji;
birgitta bibbi britta; bjorn bosse; boris borya; carlos carlitos charlie; caroline carrie lina; catarina cata;
charles charlie chuck chas; charlotte charlie lottie char; chidiebere chidi; chinedu nedu edu; christian chris;
christina chris tina chrissy; christine chris tina chrissie; christopher chris topher kit; chukwuemeka emeka;
clarence clancy; claudia claudi; concepcion concha; constantine kostya costa; consuelo chelo; cynthia cindy;
daniel dan danny; daniela dani; daniil danya; david dave davey; deborah deb debbie; deepak deep;
dimitrios dimitris mitsos; dmitri dima mitya; dmitriy dima mitya; dmitry dima mitya; dolores lola; donald don donnie;
dorothy dot dottie; ebenezer eben; eduardo edu lalo; edward ed eddie ted teddy ned; ekaterina katya kate katerina;
elaine lainie; eleanor ellie nell nora; eleftherios lefteris; elena lena lenochka; elisabeth lisa liz sisi els;
elizabeth liz lizzie lizzy beth betty betsy eliza libby ellie lisa; ellen nell ellie; emmanuel manny manu;
enrique quique kike; ernesto neto; erzsebet erzsi zsoka; eszter eszti; eugene gene; evangelos vangelis; evelyn evie;
evgenia zhenya; evgeny zhenya; fatima fati; federico fede rico; felipe pipe; ferenc feri; fernando fer nando;
florence flo; florian flo; frances fran fanny; francesca fran; francesco franco ciccio; francis frank fran;
francisco paco pancho fran curro kiko; francois francis; franz franzl; frederick fred freddie freddy;
friedrich fritz fred; gabriel gabe gabi; gabriela gabi gaby; galina galya; geoffrey geoff; georg schorsch;
georgina gina; georgios giorgos yiorgos george; gerald gerry jerry; gerard ger gerry; gianluca luca; gilbert gil bert;
giovanni gianni vanni nino; giuseppe beppe peppe pino; gregorio goyo greg; gregory greg; grigory grisha;
guadalupe lupe lupita; guillermo memo guille; gustavo gus tavo; gwendolyn gwen; gyorgy gyuri; hans hansi;
harold hal harry; harshvardhan harsh; hector tito; heinrich heinz heini; helen nell nellie; helena lena hela;
henry hank harry hal; herbert herb bert; hiroshi hiro; hubert bert; huseyin huso; ibrahim ibo ibra; ifeanyi ify;
ignacio nacho; ilya ilyusha; irina ira irochka; isaac ike zac; isabel isa chabela; isabella bella izzy isa;
istvan pista isti; ivan vanya; jacob jake jack; jacqueline jackie; jakub kuba; james jim jimmy jamie jem;
jane jenny janie; janusz janek; javier javi; jeffrey jeff; jennifer jen jenny jenn; jeremiah jerry; jeremy jem jez;
jerome jerry; jerzy jurek; jessica jess jessie; jesus chucho chuy; joachim jo jochen achim; joan jo joanie; joanna jo;
joanne jo; joao joaozinho; joaquin quino; johann hans; johannes hannes jo hans; john jack johnny jock;
jonathan jon jonny johnny nathan; jorge coque; jose pepe pepito chepe; josef sepp pepi; joseph joe joey jo;
joshua josh; juan juanito juancho; judith judy judi; julia julie jule; julian jules; julius jules; jurgen jurg;
karolina karo; karthikeyan karthik; katalin kati; katarzyna kasia kaska; katharina kathi kate;
katherine kate katie kathy kat kitty katy; kazuhiro kazu hiro; kenichi ken; kenneth ken kenny; khadija dija;
konstantin kostya kosta kon; konstantinos kostas costas dinos; krishnamurthy krish krishna; kristofer kricke;
krzysztof krzys krzysiek chris; kwabena kobby; lakshmi lakhi; larisa lara; lars lasse; laszlo laci; laura lau lori;
lawrence larry; leonard leo len lenny; leonid lyonya; leopold leo; leticia leti; lorenzo renzo; louise lou;
lucas luke; lucia lucy; ludmila lyuda mila; luis lucho; lukasz luki lukas; lyubov lyuba; madhusudan madhu;
magdalena magda lena maggie; malgorzata gosia; manuel manolo manu manny; margaret maggie meg peggy marge margie greta;
margareta greta; margarita rita; maria marisa masha mia; mariana mari; marianne mari; marina mari; mariya masha;
martha marty; martin marty; mary polly molly mae; mateusz mati; matthew matt matty; matthias matze matt; maxim max;
maximilian max maxi; mehdi med; mehmet memo; melanie mel; melissa mel missy;
michael mike mikey mick micky mitch misha; michal misiek; miguel mike migue mickey; mihaly misi; mikael micke;
mikhail misha; mikolaj mikolajek niko; mohamed mo moe mohammed muhammad; mohammed mo moe mohamed muhammad; moses mo;
muhammad mo moe mohammed mohamed; mustafa musti; nadezhda nadya; narayanan narayan; natalia natasha nata talia;
natalya natasha; nathaniel nate nat nathan; nicholas nick nicky nico; nicole nikki nic; nikolai kolya;
nikolaos nikos nick; nikolay kolya nick; nils nisse; norman norm; oksana ksyusha; oleksandr sasha oleks; olga olya;
oliver ollie; olivia liv livvy; olufemi femi; oluwafemi femi; oluwaseun seun; oluwaseyi seyi; oluwatobi tobi;
oscar ozzie; pamela pam; parithosh pari; parthasarathy partha; patricia pat patty trish tricia pati;
patrick pat paddy rick; pavel pasha; pawel pawelek; penelope penny; per pelle; peter pete; philip phil pip;
phillip phil; pilar pili; piotr piotrek; polina polya; prashanth prash; priyanka priya pri; rachel rach; rafael rafa;
rajendra raj raju; rajesh raj; ramakrishnan ram rama krishnan; raphael raph rafi; raymond ray;
rebecca becky becca bec; reginald reg reggie; ricardo ricky rico; richard rick dick rich ricky richie;
robert rob bob bobby robbie; roberto beto berto rob; roderick rod; rodrigo rodri; rolf roffe; roman roma;
ronald ron ronnie; rosario charo; rosemary rose rosie; rudolf rudi rolf; rupert bert; russell russ;
salvatore toto salvo; samantha sam sammy; samuel sam sammy; santiago santi diego; sarah sally sadie;
sebastian seb bastian basti; sergei seryozha serge; sergey seryozha serge; sergio checho; shinichi shin;
siddharth sid siddhu; sidney sid; sofia sofi sonya; sophia sophie; sreenivasan srini; srinivasan srini vasan;
stanislav stas; stanislaw staszek stan; stanley stan; stefan steffen stef steve; stefania stefa;
stephanie steph stef steffi; stephen steve stevie; steven steve stevie; subramanian subbu mani; sudarshan sudhi;
suryanarayana surya; susan sue susie suzy; svetlana sveta lana; sylvester sly; szymon szymek; tadeusz tadek;
takahiro taka; tamara toma; tatiana tanya; temitope temi tope; teresa tere terry tess; theodore ted teddy theo;
theresa terry tess tessa; thomas tom tommy; timothy tim timmy; titilayo titi layo; tobias toby tobi; tomasz tomek;
valentina valya tina; valeria lera val; valerie val; vasilios vasilis; vasily vasya; vassilis vasilis;
venkataraman venkat raman; venkatesh venkat venky; veronica ronnie vero; victoria vicky tori vika viki;
vijayakumar vijay; vikram vik; viktor vitya vik; viktoria vika; vincent vince vinny; vincenzo enzo;
virginia ginny ginger; vishwanath vishu; vivian viv; vladimir vova volodya vlad; vladislav vlad;
volodymyr vova volodya; vyacheslav slava; walter walt wally; wilfred wilf fred; wilhelm willi willy;
william bill billy will willie liam; winifred winnie; wladyslaw wladek; wojciech wojtek; xavier xavi javi;
yaroslav yarik slava; yekaterina katya; yelena lena; yevgeny zhenya; yolanda yoli; yoshihiro yoshi hiro; youssef joe;
yulia yulya; yuliya yulya; yuri yura; yuriy yura; zachary zach zack; zbigniew zbyszek; zeynep zeyno; zinaida zina;
zoltan zoli;
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

ENGLISH_FORMS = frozenset(name for full, short in _LIBRARY.nickname_lookup.items() for name in (full, *short))
"""Full and short forms of the library's table, folded."""


def also_called(given: str) -> frozenset[str]:
    """The short forms of a folded given name, and the full forms that it is short for; without the name itself."""
    own = _SHORT.get(given, frozenset[str]()) | _FULL.get(given, set())
    listed = {name for name in _LIBRARY.nicknames_of(given) if _is_short_of(name, given)}
    listed |= {name for name in _LIBRARY.canonicals_of(given) if _is_short_of(given, name)}
    return frozenset(name for name in own | listed if name.isalpha() and len(name) > 1) - {given}


def _is_short_of(short: str, full: str) -> bool:
    return short not in FUNCTION_WORDS | PLAIN_WORDS and (short[:2] == full[:2] or (len(short) > 3 and short in full))

"""Names, and how they are written by somebody who only hears them: a name, then its other spellings.

What habits of spelling explain is not here but in `sounds`.
"""

HEARD = """
aidan aiden ayden; ailbhe alva; aisling ashling; alan allan allen; alastair alistair alister; alison allison;
andersen anderson; anderson andersen andersson; andersson anderson; ann anne; anne ann; aoife eefa ifa eva;
bjorn byorn beyorn; brian bryan; bronagh brona; browne brown; bryan brian; cai tsai; caitlin kaitlyn katelyn;
cao tsao; caoimhe keeva kweeva; carl karl; catherine katherine kathryn; choi choy; christopher kristopher;
cian kean keen; ciara keera kiara; ciaran kieran keeran; claire clare clair; clare claire; clark clarke; clarke clark;
colin collin; connor conor; conor connor; craig kraig; cristina christina kristina; csaba chaba tsaba choba;
daithi dahi; darren darin; davies davis; davis davies; deborah debra; debra deborah; deirdre deirdra; derek derrick;
doe doh dough; dominik dominic; eilidh aylee ailey; eilish aylish; eoghan owen ohwen; eoin owen; eric erik erick;
erica erika; erik eric; erika erica; etienne etien; fionnuala finula finoola; frances francis; francis frances;
fredrik frederick; geoff jeff; geoffrey jeffrey jeffery; gerard jerard; gintaras gintaris; giovanni jovanni;
giulia julia; glen glenn; glenn glen; graeme graham; graham graeme; grainne grawnya gronya; gray grey;
guillaume giyom gheeyom; gyorgy george; haley hayley hailey; hamish haymish; hansen hanson; hanson hansen;
hayley haley hailey; hermione hermionee; hoang hwang; horvath horvat; huang wong hwang; iain ian; ieuan yian;
ioana joana; isabel isabelle; isabelle isabel; isla ila; jaclyn jacqueline; jaime haime hymie; jan yan; janus yanus;
jensen jenson yensen; jesus hesus haysoos; joaquin wakeen hwakin waukeen; johan yohan; johann yohan;
johansson johanson yohanson johnson; john jon; jon john; jonathan jonathon; jordyn jordan; jorge horhe horhay;
jose hosay josay; josue hoswe; juan wan hwan; kaitlyn caitlin katelyn; karel carl; karl carl;
katherine catherine kathryn; kathryn katherine catherine; kowalski kovalski kowalsky;
kristen kirsten kristin christen; krzysztof kristof krishtof christoph kshishtof; larsen larson; laurence lawrence;
lawrence laurence; lee leigh li; leigh lee; lesley leslie; leslie lesley; lewandowski levandovski; lewis louis;
li lee; lindsay lindsey; lindsey lindsay; llewellyn lewellyn; louis lewis luis louie; luis louis;
lukasz lukas lukash lucas wukash woocash; lynne lynn lin; maciej machey maciek matchay; maciek machek;
malgorzata malgorjata; marc mark; marcin martin marchin; margaret margret; mark marc; mateusz matheus mateush;
matthew mathew; meabh maeve mave; meier meyer mayer maier; meyer mayer meier mire; mhairi vari vary; michael micheal;
michal mihal mikal; mohammed mohamed muhammad mohammad; mueller muller miller; muhammad mohammed mohamed;
nagy nadge naj; neal neil; neil neal niel; ng ing ung eng; ngozi gozi ungozi;
nguyen nuyen nwen nwin winn nguyan; niamh neve neev neeve; nicholas nicolas nikolas; nicolas nicholas;
nielsen nelson nilsen; nikolas nicholas; nowak novak; oisin osheen usheen; okeefe okeef; olsen olson; olson olsen;
orlaith orla; padraig porick paudrig; pawel pavel; pearce pierce; petersen peterson; peterson petersen; pham fam;
phan fan; philip phillip; phillip philip; pierce pearce; piotr peter pyotr; qian chen chian; qiang chiang; qin chin;
qing ching; quoc kwok; rachel rachael; rafal rafael rafow; rebecca rebekah; reid reed; reilly riley;
rhys reese reece rees; riley reilly; roe row rowe; roisin rosheen; ruaidhri rory; rys reese; sadhbh sive;
saoirse sersha seersha sirsha; sara sarah; sarah sara; schmidt schmitt shmidt smith; schmitt schmidt;
seamus shamus shaymus; sean shawn shaun shon; shaun sean shawn; shawn sean shaun; sinead shinaid shinade;
siobhan shivon shavon shivaun chevonne shivonne; smyth smith smythe; smythe smith smyth; sofia sophia; sophia sofia;
stefan stephan; stephan stefan stephen; stephen steven stefan stephan; steven stephen; stewart stuart; stuart stewart;
susana susanna; szabo sabo zabo; szymon shimon simon; tadhg tige tieg; teresa theresa; theresa teresa; thomas tomas;
thompson thomson; thomson thompson; tomas thomas; tomasz tomas tomash; tony toni; toth tot; tracey tracy;
truong chung; uchechukwu ucheukwu; vivian vivien; vivien vivian; vuong wong; will wil;
wisniewski vishnevski; wojciech voytek voytech vojtech woichek voychek; wojcik voychik; wu woo; xavier zavier havier;
xiao shao shiao; ximena himena; xiomara siomara; xu shoo su; xue shway; yannick yanick; yoo you; youssef yusuf joseph;
yusuf yousef joseph; yves eve eev; zach zack zac; zbigniew zbignev; zhang jang; zhao jao; zheng jeng; zhou jo;
zoe zoey zoie; zoey zoe;
"""

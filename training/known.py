"""Organizations that everybody talks about, with the article that they are said with."""

from __future__ import annotations

from training.patterns import listed

COMPANIES = listed(
    """
    Google | Microsoft | Amazon | Apple | Facebook | Meta | Netflix | Tesla | IBM | Intel | Toyota | Samsung | Sony |
    Adidas | Nike | Disney | Oracle | Cisco | Siemens | Volkswagen | Nestle | Pfizer | Moderna | AstraZeneca | Uber |
    Lyft | Airbnb | Twitter | YouTube | Instagram | LinkedIn | Reddit | Snapchat | TikTok | Pinterest | Spotify |
    PayPal | Stripe | Nvidia | AMD | Qualcomm | Dell | Hewlett Packard | HP | Lenovo | Huawei | Xiaomi | Nokia |
    Ericsson | Motorola | Panasonic | Philips | Bosch | Hitachi | Toshiba | Canon | Nikon | Nintendo | Sega |
    Walmart | Target | Costco | Kmart | Walgreens | CVS | Home Depot | IKEA | Tesco | Aldi | Lidl | Whole Foods |
    Starbucks | McDonald's | Burger King | Wendy's | Subway | KFC | Pizza Hut | Domino's | Coca-Cola | Pepsi |
    Unilever | Heineken | Ford | General Motors | GM | Chrysler | Honda | Nissan | Hyundai | Kia | BMW | Mercedes |
    Audi | Porsche | Ferrari | Volvo | Renault | Peugeot | Fiat | Mazda | Subaru | Boeing | Airbus |
    Lockheed Martin | Raytheon | Northrop Grumman | SpaceX | Blue Origin | General Electric | GE | Exxon |
    ExxonMobil | Chevron | Shell | BP | Total | Gazprom | Enron | Goldman Sachs | Morgan Stanley | JP Morgan |
    Lehman Brothers | Citigroup | Citibank | Wells Fargo | Bank of America | Chase | HSBC | Barclays |
    Deutsche Bank | Credit Suisse | UBS | BlackRock | Visa | Mastercard | American Express | Deloitte | KPMG | PwC |
    Ernst & Young | McKinsey | Accenture | Verizon | AT&T | T-Mobile | Vodafone | Comcast | FedEx | UPS | DHL |
    Delta | United Airlines | American Airlines | Southwest | Lufthansa | Ryanair | British Airways | Qantas |
    Marriott | Hilton | Gap | Zara | H&M | Gucci | Chanel | Prada | Levi's | Lego | Mattel | Hasbro | Pixar |
    Marvel | Warner Brothers | Paramount | Universal | MGM | DreamWorks | Lucasfilm | HBO | Hulu | Atari | Kodak |
    Xerox | Blockbuster | Yahoo | AOL | eBay | Etsy | Craigslist | Salesforce | Adobe | SAP | Dropbox | Palantir |
    OpenAI | DeepMind | Anthropic | Tencent | Alibaba | Baidu | Monsanto | Bayer | BASF | Johnson & Johnson | Merck |
    Novartis | Procter & Gamble | Kellogg's | Kraft | Caterpillar | John Deere | Harley-Davidson | Union Carbide |
    Purdue Pharma | Procter | Tyson | Cargill | Blackwater | Halliburton | Bloomberg | Reuters | Associated Press |
    Mozilla | Red Hat | Wikipedia | GitHub | Patreon | Kickstarter | Wirecard | Theranos | WeWork | FTX | Coinbase |
    Binance | Robinhood
    """
)
"""Companies that everybody talks about."""

BODIES = listed(
    """
    NASA | ESA | UNESCO | UNICEF | NATO | OPEC | WHO | the World Health Organization | the United Nations | the UN |
    the World Bank | the IMF | the International Monetary Fund | the WTO | the OECD | the European Commission |
    the European Parliament | the European Central Bank | the African Union | the Red Cross | Amnesty International |
    Greenpeace | Oxfam | Doctors Without Borders | the Salvation Army | Habitat for Humanity | the Gates Foundation |
    the Ford Foundation | the ACLU | the NAACP | the NRA | PETA | the Boy Scouts | the Girl Scouts | Rotary |
    the YMCA | the FBI | the CIA | the NSA | the IRS | the FDA | the EPA | the CDC | the FCC | the SEC | the FTC |
    the DEA | the ATF | the DMV | the NIH | the NSF | the FAA | DARPA | OSHA | FEMA | ICE | Interpol | Europol |
    MI5 | MI6 | the KGB | Mossad | Scotland Yard | the NYPD | the LAPD | the Pentagon | the State Department |
    the Justice Department | the Treasury | the Department of Education | the Department of Justice |
    the Department of Defense | Homeland Security | the Federal Reserve | the Fed | Congress | the Senate |
    the House of Representatives | the House of Commons | the House of Lords | Parliament | the Supreme Court |
    the White House | the Kremlin | Downing Street | the Bundestag | the Knesset | the Coast Guard | the Air Force |
    the Marine Corps | the National Guard | the Peace Corps | the RAF | the Home Office | the Foreign Office |
    the NHS | the Bank of England | the Welsh Government | Statistics Canada | Health Canada | the RCMP |
    the Catholic Church | the Vatican | the Church of England | the Taliban | Al Qaeda | ISIS | Hamas | Hezbollah |
    the IRA | the Ku Klux Klan | the Democratic Party | the Republican Party | the Labour Party | the Liberal Party |
    the Conservative Party | the Green Party | the Communist Party | the GOP | the DNC | the RNC | the Smithsonian |
    the Louvre | the Met | the British Museum | the Guggenheim | the Royal Society | the Mayo Clinic | Mount Sinai |
    Planned Parenthood | Medicare | the Teamsters | the AFL-CIO | the Chamber of Commerce | the Sierra Club
    """
)
"""States' offices, parties, churches, charities and the like."""

MEDIA = listed(
    """
    BBC | CNN | NBC | ABC | CBS | PBS | NPR | MSNBC | Fox News | Fox | MTV | ESPN | Al Jazeera | the BBC | Sky News |
    ITV | Channel 4 | the New York Times | the Times | the Washington Post | the Wall Street Journal | USA Today |
    the Guardian | the Economist | Time Magazine | Newsweek | the New Yorker | Vogue | Rolling Stone |
    National Geographic | Playboy | BuzzFeed | Vice | Politico | the Financial Times | Forbes | Fortune |
    Der Spiegel | Le Monde | Penguin | Random House | HarperCollins | Oxford University Press | Comedy Central |
    Nickelodeon | Cartoon Network | the History Channel
    """
)
"""Broadcasters and publishers."""

SCHOOLS = listed(
    """
    Harvard | Yale | Princeton | Stanford | MIT | Columbia | Cornell | Dartmouth | Brown | UPenn | Duke | Berkeley |
    UC Berkeley | UCLA | USC | NYU | Caltech | Georgetown | Northwestern | Notre Dame | Penn State | Ohio State |
    Michigan State | Johns Hopkins | Carnegie Mellon | Rutgers | Purdue | Texas A&M | Georgia Tech | Vanderbilt |
    Emory | Rice | Tulane | Howard | Juilliard | Wellesley | Vassar | Oxford | Cambridge | Imperial College |
    King's College | the LSE | the University of Chicago | McGill | ETH Zurich | the Sorbonne |
    Heidelberg University | Eton | Trinity College | Boston College | Arizona State | Florida State |
    the University of Michigan | Brigham Young University
    """
)
"""Universities and schools."""

TEAMS = listed(
    """
    the NFL | the NBA | the NHL | FIFA | UEFA | the NCAA | the Premier League | the Olympic Committee |
    Manchester United | Arsenal | Chelsea | Liverpool | Barcelona | Real Madrid | Bayern Munich | Juventus |
    the Yankees | the Red Sox | the Dodgers | the Cubs | the Mets | the Giants | the Lakers | the Celtics |
    the Bulls | the Warriors | the Patriots | the Cowboys | the Packers | the Steelers | the Eagles |
    the Maple Leafs | the Red Wings | the Braves | the Beatles | the Rolling Stones | Metallica | Pink Floyd |
    Led Zeppelin | Nirvana | Radiohead | Coldplay | Fleetwood Mac | U2
    """
)
"""Sports teams, leagues and bands."""

KNOWN = (*COMPANIES, *BODIES, *MEDIA, *SCHOOLS, *TEAMS)

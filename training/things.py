"""Words of talk at work: products, roles, things and languages, which are no entities; days and peoples, which are."""

from __future__ import annotations

from training.patterns import listed

PRODUCTS = listed(
    """
    Excel | PowerPoint | Word | Outlook | Teams | Zoom | Slack | Jira | Confluence | Trello | Notion | Figma | Miro |
    Photoshop | Illustrator | Chrome | Firefox | Safari | Windows | Linux | Ubuntu | Android | iOS | macOS | Docker |
    Kubernetes | Terraform | Jenkins | Kafka | Redis | Postgres | MySQL | MongoDB | Elasticsearch | Grafana |
    Prometheus | Spark | Hadoop | Airflow | Snowflake | BigQuery | Lambda | EC2 | S3 | Python | Java | JavaScript |
    TypeScript | Rust | Go | Swift | Kotlin | Ruby | Scala | Haskell | Perl | PHP | React | Angular | Vue | Django |
    Flask | Rails | Spring | Node | Nginx | Apache | GraphQL | Git | Bash | Vim | Emacs | PyTorch | TensorFlow |
    NumPy | Pandas | Jupyter | MATLAB | LaTeX | SharePoint | OneDrive | Google Docs | Google Drive | Gmail | iPhone |
    iPad | MacBook | Kindle | Alexa | Siri | PlayStation | Xbox | Bluetooth | Wi-Fi | Ethernet | JSON | XML | HTML |
    CSS | SQL | YAML | Markdown | ChatGPT | Copilot | Claude | Gemini | Llama | Whisper | Bitcoin | Ethereum |
    Tylenol | Advil | Aspirin | Ritalin | Prius | Corolla | Mustang | Jeep | Monopoly | Scrabble | Tetris |
    Minecraft | Nutella | Oreo | Velcro | Kleenex | Asana | Zapier | Tableau | Power BI | Selenium | Cypress |
    Webpack | Babel | Helm | Ansible | Puppet | Vault | Consul
    """
)
"""Products and technologies: nobody's name, and no organization where they are spoken of as tools."""

ROLES = listed(
    """
    head of sales | head of product | project manager | product owner | scrum master | team lead | tech lead |
    controller | general counsel | chief of staff | treasurer | secretary | chairwoman | chairman | vice president |
    account manager | key account manager | recruiter | intern | consultant | auditor | notary | architect |
    data scientist | designer | developer | engineer | nurse | surgeon | therapist | plumber | electrician |
    teacher | principal | dean | janitor | accountant | analyst | trader | broker | underwriter | adjuster |
    paralegal | judge | bailiff | clerk | translator | moderator | host | guest | speaker | panelist | witness |
    defendant | plaintiff | tenant | landlord | supervisor | foreman | driver | pilot | captain | coach | referee |
    editor | producer | director of marketing | office manager | marketing expert | industrial designer |
    user interface designer | admin | contractor | customer success manager
    """
)
"""What somebody is, which names nobody."""

NOUNS = listed(
    """
    turnip | anvil | gusset | trowel | bobbin | lozenge | thimble | gasket | spatula | colander | lanyard |
    carabiner | flange | dowel | grommet | tarpaulin | ottoman | credenza | armoire | trellis | gazebo | pergola |
    cistern | culvert | manifold | crankshaft | camshaft | alternator | solenoid | rheostat | oscilloscope |
    multimeter | spectrometer | centrifuge | pipette | petri dish | scalpel | catheter | stethoscope | tourniquet |
    marzipan | quinoa | kohlrabi | rutabaga | zucchini | persimmon | tamarind | cardamom | turmeric | saffron |
    chutney | kimchi | tofu | falafel | hummus | baklava | brioche | croissant | meringue | gnocchi | risotto |
    chipmunk | weasel | marmot | badger | heron | pelican | cormorant | salamander | gecko | iguana | tortoise |
    lobster | barnacle | jellyfish | dragonfly | cicada | ocelot | wombat | tapir | glockenspiel | xylophone |
    bassoon | oboe | mandolin | ukulele | accordion | tambourine | backlog | roadmap | whiteboard | spreadsheet |
    dashboard | runbook | rollback | hotfix | changelog | linter | compiler | debugger | scheduler | allocator |
    tokenizer | embedding | gradient | eigenvalue | cosine | perceptron
    """
)
"""Words that are rare in talk and mean things."""

TONGUES = "English German French Spanish Italian Dutch Portuguese Polish Swedish Japanese Chinese Korean".split()
"""Languages that people ask to be answered in; in such a request they say nothing about anybody."""

HOLIDAYS = listed(
    """
    Christmas | Easter | Thanksgiving | Halloween | New Year's | New Year's Eve | Christmas Eve | Good Friday |
    Labor Day | Memorial Day | the Fourth of July | Valentine's Day | Boxing Day | Hanukkah | Ramadan | Diwali |
    Black Friday
    """
)
"""Days that come each year under a name."""

WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

PEOPLE = listed(
    """
    Americans | Canadians | Germans | Italians | Russians | Mexicans | Indians | Australians | Europeans | Africans |
    Asians | Brazilians | Egyptians | Israelis | Iraqis | Iranians | Pakistanis | Ukrainians | Koreans | Norwegians |
    Swedes | Danes | Finns | Poles | Turks | Greeks | Spaniards | Brits | Scots | Arabs | Kurds | Romans | Jews |
    Muslims | Christians | Catholics | Protestants | Mormons | Hindus | Sikhs | Buddhists | Republicans | Democrats |
    Liberals | Conservatives | Tories | communists | socialists | Marxists | Nazis | Palestinians | Cubans |
    Puerto Ricans | Texans | Californians | New Yorkers | Londoners | Evangelicals | Quakers | atheists |
    libertarians
    """
)
"""Members of a nation, a religion or a party, more than one."""

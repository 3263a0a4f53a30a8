"""Words that mean the same almost everywhere, and phrases that a single word says."""

SYNONYMS = """
    abolish|repeal|axe|scrap abroad|overseas additional|extra africa|african agreement|deal|pact|treaty|accord alcohol|liquor|booze
    annual|yearly|annually answer|reply|respond ban|prohibit|forbid|outlaw|forbidden|prohibited|banned|embargo|prohibition
    begin|start|launch|commence|kickoff|began|begun bill|invoice|invoiced|billed boss|chief|leader|head brazil|brazilian buy|purchase
    canada|canadian car|auto|automobile|vehicle china|chinese clothes|clothing|apparel|garment committee|panel|board
    company|firm|business|corporation competitor|rival comply|obey|adhere|abide|compliance|heed|conform confidential|proprietary
    congress|capitol|lawmaker contest|dispute|challenge|disagree convict|prison|prisoner|inmate|jail
    counterfeit|fake|knockoff|bogus|replica|imitation|copycat|phony|forgery|forge|lookalike|ripoff|dupe|faked country|nation
    covid|coronavirus|pandemic dangerous|unsafe|hazardous|harmful|hazard deactivate|disable|inactive|dormant|deactivated deadline|cutoff
    decision|ruling deposit|deposits destroy|scrap|shred|crush|destruction|incinerate detain|hold|held|detention duty|tariff
    email|mailbox|inbox england|britain|uk|british|kingdom evade|dodge|skirt|sidestep|circumvent|bypass|elude|evasion expert|specialist
    expire|lapse|expiry|expiration|runout farm|agriculture|agricultural file|submit|lodge|transmit|upload fish|seafood
    fix|correct|rectify|correction flyer|leaflet|brochure former|previous|prior goods|merchandise|stuff|wares
    guide|guidance|manual|handbook haiti|haitian hyphen|dash independence|freedom|leeway|latitude|discretion|autonomy|independently
    injury|harm|hurt|damage|injure inspect|check|examine|inspection investigate|probe|investigation|inquiry japan|japanese
    kid|child|children korea|korean law|statute|legislation lawful|legal lawsuit|litigation|suit|sue|sued lawyer|attorney|counsel
    leave|depart limit|cap|ceiling machine|machinery maximum|highest|max medicine|drug|pharmaceutical|medication|pill member|participant
    metric|yardstick|kpi|indicator mexico|mexican minimum|lowest|least|min mistake|error|blunder motorcycle|motorbike|bike
    negligence|carelessness|careless|negligent negotiation|negotiate|bargain|talks newest|latest|recent oil|petroleum|crude|petrol
    oversee|supervise|oversight|supervision penalty|fine|penalize|punishment|punish percent|percentage|pct phone|telephone|tel|hotline
    plane|aircraft|airplane|jet price|cost publish|release|issue|publication quantity|amount|volume
    refund|reimburse|reimbursement|repay|rebate|recoup renew|extend|extension|prolong|reauthorize|renewal|reinstate
    report|denounce|snitch|accuse request|ask rule|regulation scam|hoax|swindle|phishing|con
    seize|confiscate|impound|seizure|confiscation shipment|consignment|cargo|freight shoe|footwear|sneaker|boot
    split|divide|prorate|proration store|keep|storage|stored summarize|sum|condense suspend|pause|halt|suspension|suspended
    switzerland|swiss taiwan|taiwanese temporary|temporarily|provisional|interim textile|fabric|cloth trademark|brand
    train|teach|instruct|training|taught tweet|twitter unlawful|illegal vacancy|opening warehouse|depot warn|warning|caution
    website|site|webpage weekly|week wood|lumber|timber|plywood|wooden worth|value write|draft|author|compose|pen
"""
"""Groups, each joined by "|". The other forms of a word count as well."""

PHRASES = """
    anonymous: give my name | give his name | give her name | give their name | without my name | stay secret | leave my name | say who i am
    assist: lend a hand | give a hand | a hand | back up | pitch in
    beginner: first timer | first time importer | new to importing
    bol: bill of lading | bills of lading
    careless: out of carelessness
    ce: continuing education
    citizen: green card | us passport
    compare: side by side | next to each other | how do they stack up | stack up
    comply: stick to | play by the rules | abide by | live up to | stay within | toe the line | adhere to
    confess: come clean | own up | fess up | turn ourselves in | self report
    congress: capitol hill | the hill
    cutoff: cut off | last date | last chance | final date
    deactivate: switch off | shut off | turn off
    denounce: tip off | blow the whistle | blow whistle | rat on | rat out | turn in | snitch on | drop a dime | let know | give a tip
    deposit: direct deposit
    develop: come up with | think up | work out | dream up
    disagree: not agree | dont agree | do not agree | cant agree
    discontinue: shut down | phase out | wind down | close down
    drop: strike off | take off | kick off the list | cross off | leave off
    effective: pay off | do any good | any good | make a difference | get results | bear fruit
    establish: set up | put in place | bring in place
    evade: get around | way around | work around | get out of | weasel out | way out of
    exhausted: maxed out | fill up
    explain: walk through | walk thru | spell out | make sense of | make clear
    export: ship back | send back | send abroad
    foreign: out of the country | outside the us | outside the country | not american
    fraud: on purpose | by design
    frequently: how often
    launch: kick off | go live | kick in | come into force | take effect | come into effect
    lawsuit: take to court | drag to court | before a judge | go to court
    loc: letter of credit
    lookalike: look alike | rip off | knock off
    manage: in charge | at the helm
    negligence: honest mistake | by mistake | by accident | in error
    negotiate: hammer out
    online: over the internet | on the web | by computer | over the web
    organize: put on | put together
    originate: come from | made in | built in
    oversee: keep an eye on | keep tabs on | watch over | look after | keep track of | see to it
    poa: power of attorney | powers of attorney
    reactivate: bring back to life | switch back on | turn back on
    refund: get back | money back | give back | pay back | claim back | cash back
    register: sign up | put on file
    repeal: do away with | get rid of | put an end to
    responsible: on the hook
    runout: run out | use up | used up | sold out | max out
    seize: take away | pick up
    study: look into | dig into | go over | go through
    submit: hand in | send in | put in | turn over
    subscribe: get on the list | mailing list | get word | sign up for messages | get notified
    summarize: boil down | sum up | break down | put simply | dumb down | in a nutshell
    suspended: on hold | put off
    temporary: for a time | short term | short time | for some weeks | for some months
    underpriced: below cost | below market | dirt cheap | too cheap
    visit: call on | drop by | stop by | go to see | go and see
"""
"""A word, and after the colon the phrases that say it, separated by "|"."""

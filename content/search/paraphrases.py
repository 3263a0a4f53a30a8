"""Words that say the same in a question and in a statement: general English, and the vocabulary of trade.

Each group is joined by "|". A word may be in several groups, and its other forms count as well.
"""

CLASSES = """
    abandon|give|leave|drop abroad|overseas|foreign|international|worldwide accident|emergency|immediate|urgent|threat
    account|profile|login active|valid|force|effective|effect|current|still|operational|live|exist|alive
    advance|promote|push|further|facilitate advise|advice|advisory|guidance|guide|help|assistance|assist|support
    advisory|committee|panel|board|council aerospace|plane|aircraft|airplane|aviation
    again|back|another|renew|reactivate|restore|resume agency|department|body|bureau|ministry|authority|government
    agreement|deal|pact|treaty|accord|fta agree|accord|pact|deal|treaty aim|purpose|goal|mission|focus|priority|objective
    airport|seaport|border|port|terminal|crossing|dock|harbor allegation|allege|report|complaint|tip|accuse|denounce
    allow|permit|may|let|lawful|legal|permission amount|quantity|volume|value|total|sum|worth
    analyze|analysis|study|research|evaluate|assess|examine anonymous|name|identity|secret|confidential answer|reply|respond|response
    anyone|anybody|everybody|everyone|person|people|somebody|someone|public|individual
    apparel|clothes|clothing|garment|wear|textile|fabric|cloth|outfit|dress|shirt|jeans|pants|sweater|jacket|fashion|yarn
    appeal|challenge|contest|protest|dispute|object appeal|freedom|foia|disclosure apply|application|applicant|candidate
    archive|old|past|earlier|previous|history|historical|former arrive|come|receive|get|got|land
    arrive|receive|get|come|show|late|miss ask|question|contact|talk|inquire|turn ask|request|inquire|inquiry|question|query
    aspirin|medicine|drug|pharmaceutical|vaccine|pill|chemical|health|cosmetic audit|auditor|check|examine|review|inspect
    automatically|automatic|enough|need|also|both automatic|automatically|enough|suffice|sufficient|alone average|mean|typical|usual
    background|check|investigation|clearance|vetting|security bad|poor|wrong|improper|incorrect|false|error|mistake
    bank|account|detail|transfer base|found|locate|location|city|town|situated|where|headquarter|seat
    become|qualify|eligible|eligibility
    begin|began|start|open|opened|launch|commence|since|introduce|establish|found|create|set|born|enact|kick|into
    benefit|preference|advantage|preferential|privilege beverage|drink|wine|beer|spirits|alcohol|liquor|juice|whiskey|vodka
    bill|invoice|debt|owe|charge bond|surety|security|guarantee book|record|ledger|account border|port|entry|frontier|crossing
    brand|trademark|logo|mark|label broker|forwarder|agent|filer bulletin|announcement|message|notice|announce|notification
    bulletin|announce|notice|announcement|publish buyer|consumer|customer|public|shopper
    calculate|compute|work|determine|figure|find|compare call|phone|telephone|number|hotline|tel|ring|dial|nr
    cancel|revoke|withdraw|rescind captain|ship|skipper|crew card|credit|payment|pay
    car|auto|automobile|automotive|vehicle|truck|motor case|investigation|proceeding|matter catch|harvest|fishing|fish
    cause|reason|why|because center|centre|office|hub certificate|certification|certify
    certificate|certification|document|efile|efiling|proof
    change|amend|amendment|modify|correct|correction|fix|adjust|edit|update|revise cheap|low|below|undercut
    cheat|evade|evasion|dodge|avoid|circumvent|fraud|scam|trick|sham|bypass check|cheque|paper|mail
    chemical|pharmaceutical|drug|medicine|medical|health|vaccine choose|pick|choice|select|decide|determine|decision
    citizen|citizenship|nationality|national|american city|town|place|located|location|where claim|demand|request|apply
    claim|demand|request|refund|apply class|classify|classification|code|heading close|shut|ended|end|over|stop|discontinue|cease
    close|shut|end|dissolve|move|gone|disappear collect|collection|gather|receive|bring|take|raise combat|fight|counter|against|battle
    come|derive|stem|originate|create|result complicated|complex|difficult|hard comply|compliance|conform|obey|follow|keep
    computer|software|spreadsheet|database|digital confiscate|seize|seizure|impound|forfeit
    congress|lawmaker|senate|house|parliament|politician constructed|compute|calculate|work|value consult|ask|talk|contact
    contact|liaison|main|point|person|link contact|reach|email|phone|call|write|mail|mailbox|address|ask|inbox
    cooperate|cooperation|team|coordinate|together copyright|music|book|film|movie|software|song|art copy|pirate|piracy|duplicate
    corporation|company|business|firm|enterprise|multinational cost|benefit|impact|analysis
    cost|price|fee|charge|expensive|pay|much|dollar counterfeit|fake|knockoff|bogus|imitation|replica|forge|phony
    counterfeit|fake|knockoff|replica|imitation|copy|pirate|pirated|bogus country|nation|partner|abroad country|nation|state|territory
    court|litigation|lawsuit|sue|justice|judicial damage|injury|harm|hurt|injure
    danger|dangerous|hazard|hazardous|unsafe|threat|harmful|risk|emergency|urgent
    danger|unsafe|dangerous|hazard|hazardous|toxic|poison|lead|risky|harmful day|date|deadline|due
    deactivate|inactive|block|disable|suspend|deactivated deal|handle|manage|administer|run|charge|responsible|oversee|look
    debate|negotiate|negotiation|bargain decline|reject|refuse|deny|denial|bounce deduct|discount|reduce|reduction|lower|less|cut
    degree|education|bachelor|college|university|study|diploma|qualification|school|background delay|postpone|late|overdue
    deposit|account|bank|detail|information deposit|cash|advance|upfront description|describe|label|misdescription|wrong
    desk|office|paper destroy|destruction|burn|crush|shred destroy|destruction|burn|scrap detain|detention|hold|held|stop|block|stuck
    detain|hold|stop|block|keep|stuck develop|design|build|draft|write|prepare
    diesel|gasoline|oil|petroleum|gas|crude|fuel|coal|mineral|energy difference|differ|distinguish|versus|compare|comparison|vs
    directorate|division|branch|arm|department|section|office|unit disclose|share|publish|reveal|show|public
    division|directorate|branch|unit|section|arm|part|department docket|record|public|file document|paper|form|file|paperwork
    domestic|home|local|american drop|remove|delete|eliminate|merge|add drug|test|testing|screening
    dump|dumping|cheap|undersell|below|unfair|price dump|dumping|dumped duty|tariff|levy|customs|tax
    earn|bring|raise|yield|generate|collect economy|economic|economics|economist|financial
    education|training|train|teach|course|webinar|seminar|class|workshop
    electronics|laptop|computer|smartphone|television|semiconductor|camera|gadget
    electronic|electronically|online|digital|internet|web|paperless electronic|online|paperless|digital|ach|transfer
    email|mail|mailbox|address|inbox|write employee|staff|worker|people|personnel|workforce|employ
    employee|worker|employ|people|job|work|workforce encourage|promote|help|facilitate
    end|expire|expiration|until|till|through|lapse|terminate|finish|over|ended|stop|last|run
    enforce|enforcement|police|crackdown|implement engine|tractor|machine|machinery|pump|turbine|robot
    enter|entry|import|admit|admission|come entity|list|company|blacklist
    evade|evasion|dodge|cheat|avoid|circumvent|transship|transshipment|launder|sneak evaluate|evaluation|assess|review|judge|rate
    event|conference|meeting|webinar|symposium exact|precise|specific exception|exempt|exemption|exclusion|waiver
    exclude|exclusion|ban|bar|prohibit|forbid|forbidden|illegal|banned exempt|exemption|free|waive|exception|without
    expert|expertise|specialist|know|master|technical expert|specialist|professional
    expire|end|lapse|until|through|run|valid|last|stop|over explain|explanation|understand|clarify export|outbound|ship
    extend|extension|renew|renewal|reauthorize|prolong factory|plant|mill|manufacturer|maker|producer|workshop|manufacture
    fair|unfair|equal farm|agriculture|agricultural|crop|food|farming|produce fast|quick|quickly|fastest|speed|soon
    file|submit|send|lodge|upload|transmit fill|full|reach|exhaust|use|reached finding|establish|prove|confirm|conclude
    find|search|look|locate|lookup|lookups|where fine|penalty|forfeiture|damages|punishment|sanction
    fine|penalty|punish|punishment|sanction finish|complete|finalize|conclude|carry|end first|initial|begin
    fishing|fish|shrimp|seafood|catch|harvest|tuna fix|correct|correction|amend|mistake|error|wrong flyer|leaflet|brochure|handout
    food|fruit|vegetable|juice|canned|snack|meat|beef|cheese|dairy|sugar|rice|grain|agriculture|agricultural|prepared
    forbidden|prohibited|banned|illegal|unlawful force|forced|slave|slavery|coerced former|previous|formerly|old|past|used|earlier
    found|find|spot|identify|detect fraud|cheat|crime|lie|trick free|gratis|zero|without
    full|fill|filled|exhausted|used|reached|left|open|room fund|money|revenue|income furniture|toy|consumer|household|retail
    goods|product|merchandise|item|shipment|cargo|commodity|consignment|freight|container|package|parcel|stuff|thing
    grade|gs|level|series grade|salary|pay|level|rank group|team|unit|crew grow|increase|rise|more
    handle|process|administer|treat|deal handle|twitter|social|account hear|learn|know|inform|notify|subscribe|follow|update|alert
    help|assist|support|guidance|explain|advice hire|employ|recruit|vacancy|opening|job|apply
    hire|job|career|vacancy|position|recruit|employment|work|apply|role home|market|domestic independent|independence|alone|autonomous
    independent|independence|alone|own|autonomy|unsupervised industry|sector|branch|trade industry|sector|business|trade|branch
    information|data|system|database|statistics|figure|number infringe|violate|violation|breach|break|offense|infringement
    injury|harm|hurt|damage|injure instrument|statute|proclamation|order|law|decree interest|extra
    interim|temporary|provisional|meanwhile|preliminary|time intern|graduate|student|entry interpret|interpretation|meaning|mean|apply
    investigate|investigation|case|probe|inquiry invoice|bill|charge jointly|together|joint|cooperate|team|side|collaborate|partner
    judge|ruling|decision|decide know|knowledge|familiar|expertise|understand labor|labour|work|worker
    large|big|major|largest|biggest|huge launch|open|start|begin|new lawyer|attorney|counsel|legal|solicitor
    law|enforcement|police|officer law|statute|act|legislation|legal|authority|cfr|usc|regulation|provision
    left|remain|remaining|available|open legal|attorney|lawyer|counsel legislation|law|act|bill|congress liaison|unit|contact
    liquidate|liquidated|liquidation|final|settle list|overview|name|which|complete litigate|litigation|court|lawsuit|trial|sue|judge
    load|loaded|departure|depart|sail|leave|before lose|lost|miss|missing loss|lose|cost|hurt|damage
    machine|machinery|engine|equipment|tractor|industrial mailbox|email|inbox|mail|address|write
    mail|postal|parcel|package|post|courier|ship mail|postal|post|parcel|package main|principal|primary|central|biggest|chief
    manager|management|boss|executive|official|leader|top|senior
    mandatory|require|requirement|must|compulsory|obligatory|voluntary|optional match|fit|correspond
    maximum|limit|cap|ceiling|most|threshold|restrict|restriction measure|indicator|metric|performance|effective|effectiveness|works
    measure|metric|performance|indicator member|country|seat|panel member|seat|participant|sit metal|steel|aluminum|iron|copper
    minimum|least|threshold mission|purpose|role|aim|goal money|dollar|fund|revenue|cash|sum|amount|income month|monthly
    motto|slogan|tagline move|shift|transfer|relocate|go|went|moved multinational|huge|giant|international|global|corporation|large
    name|call|term|title|named|called name|call|title|term|known nationwide|whole|country|national|everywhere|entire near|close|close
    need|require|must|necessary|want negotiate|negotiation|talk|bargain new|newest|latest|recent|newly number|count|many|figure|total
    obtain|get|receive|acquire oil|gas|petroleum|fuel|mineral|crude opinion|judgment|view opinion|ruling|decision|judgment
    order|cover|scope|product origin|country|made|source origin|made|originate|come
    outage|down|downtime|offline|unavailable|maintenance|crash|interruption owe|owed|debt|unpaid|due|bill|outstanding
    own|owner|holder|possess papers|document|manifest|paperwork|file partner|agency|other|government
    partner|ally|cooperate|together|joint part|belong|under|within|unit patent|invention patent|invention|inventor
    pay|payment|paid|settle pending|wait|sit|await|process|progress|unfinished|undecided percent|percentage|share|proportion|rate
    period|time|long|duration person|people|individual|somebody phase|stage|step
    phone|laptop|electronics|electronic|computer|tv|camera|chip|gadget|tablet|smartphone phone|telephone|call|number|hotline|ring
    photo|image|picture|scan plant|wood|timber|lumber|tree plan|strategy|planning plastic|paper|glass|material|industrial
    plastic|paper|glass|wood|lumber|rubber|ceramic|cement|material|manufacturing policy|practice|procedure
    policy|program|plan|strategy portal|website|online|system|site precedent|earlier|previous|past|old|prior|ruling
    present|brief|briefing|presentation present|presentation|file|submit|together present|presentation|slide|briefing|conference
    president|proclamation|executive|order presume|presumption|assume|rebuttable|guilty prevent|stop|protect|keep|shield
    prison|prisoner|convict|inmate|slave|slavery|forced|coerce|servitude private|personal|confidential problem|trouble|issue
    process|handle|procedure|processing proof|prove|evidence|document proportion|prorate|share|split|divide|ration
    protect|protection|shield|guard|defend publish|issue|print|release|post|publication quick|fast|speed|rapid|soon|fastest|express
    quota|limit quota|limit|cap|ceiling raise|increase|change|lift|expand reason|cause|because|grounds|basis|motive
    rebuild|rebuilt|redesign|relaunch receive|got|get|arrive record|register|registration|recordation|recording|enroll
    reduce|mitigate|lower|cut|remit|cancel|waive refund|reimburse|reimbursement|repay|return|money|back|recover
    refund|return|money|back|reimburse|repay|recover register|registration|record|enroll|uspto regulation|reg|rule
    reject|bounce|fail|return|deny|refuse|arrive reject|rejected|returned|bounced|failed remain|stay|left|keep
    renew|extend|prolong|reauthorize|again|continue|longer|expire repeal|abolish|end|scrap
    replace|instead|new|successor|supersede|former|old replace|successor|succeed|instead|supersede|substitute|switch
    report|allege|allegation|complain|complaint|tip|denounce|whistleblower|tell|notify|accuse
    representative|ambassador|negotiator|trade represent|speak|spokesman|speaks require|condition|criterion|criteria|requirement
    research|find|search|look|study|investigate|dig reside|residence|live|home|domicile|resident review|appeal|reconsider|recheck
    review|evaluate|evaluation|check|look rule|regulation|requirement sample|example|instance
    scam|fraud|trick|phishing|swindle|hoax|con scope|cover|covered|include seafood|fish|shrimp|marine second|2nd
    second|rank|biggest|largest security|safety|safe|protect security|safety|terrorism|supply|chain
    seize|confiscate|take|catch|impound|grab|intercept separate|own|different|distinct serve|service seven|7
    ship|vessel|boat|ocean|sea shoe|footwear|boot|sneaker|clothes|apparel|textile|hat|glove|sock
    shoe|footwear|sneaker|boot|sandal|slipper shutdown|outage|down signs|evidence|suspicion|indication|reasonable|suspect
    sign|indication|suspicion|suspect|evidence|reasonable six|6 size|large|small small|low|minor|tiny|800|value|cheap
    small|tiny|little|low software|program|app|interface source|come|origin specialize|master|focus|concentrate|expert|field
    speech|speaking|writing|written|oral|express|communicate|presentation speech|speak|talk|oral|write|writing|communicate
    split|share|divide|proportion|prorate|proration spreadsheet|excel|software|computer|word
    statistic|statistics|data|figure|number|math|quantitative steel|aluminum|iron|metal|copper|zinc step|do|action|act
    store|warehouse|storage study|analyze|examine|look|research subscribe|signup|sign|newsletter|mailing
    subsidy|subsidize|subsidized|aid|support|grant|government subsidy|subsidize|subsidized|countervailing|aid|handout
    summarize|sum|explain|simple|plain supervise|oversee|manage|lead|head|direct|steer|chair|monitor surcharge|extra|additional|levy
    surrogate|substitute|stand suspend|suspension|stop|pause|end|over|halt system|portal|platform|tool|software|application
    targeting|target|analysis|center|screen target|choose|select|pick|single teach|train|training|course|lecture|educate|class
    temporary|time|short|limited ten|10 terrorism|terror|security test|pilot|trial
    textile|cloth|fabric|clothing|apparel|garment|yarn|cotton theory|principle|basic|concept|knowledge
    threshold|percent|mark|level|warn tire|car|automotive|truck|motorcycle|vehicle|aircraft|airplane|aerospace|jet top|senior|high
    toy|furniture|household|consumer|retail|jewelry|cosmetic|bicycle tpl|preference|level track|follow|monitor|trace|watch
    trademark|brand|logo|mark|name travel|visit|trip|abroad treat|treatment|handle trouble|problem|difficulty|issue|stuck|help
    twenty|20 type|kind|sort|category undervalue|value|low|underdeclare uniform|same upload|send|submit|attach|transmit
    use|using|utilize usual|common|typical|often|frequent|normal valid|force|effect|active|apply|still|current
    verification|verify|check|visit|inspect|team version|older|old|edition visit|inspect|tour|trip|onsite voice|speak
    voluntary|optional|must|mandatory|require wait|long|take wait|take|long|last|until|within|day|month warehouse|storage|store|keep
    warn|warning|alert|caution weak|weakness|risk|vulnerable|gap|loophole website|page|site|portal|link|url|online|webpage|web|address
    weekly|week|often|frequent week|weekly win|success withhold|hold|detain|stop|wro worldwide|global|international
    write|draft|author|compose|prepare|produce|paper|issue write|draft|author|prepare wrong|deceive|false|misdescription
    xinjiang|uyghur|uighur|china year|annual|yearly|fiscal|fy yes|true|correct
"""

"""Words of which one often stands where another could: general English, and the vocabulary of trade."""

CLASSES = """
    50|fifty|half abandon|give|leave|drop abate|curb|lessen|reduce|mitigate|trim|slash|shrink|lower|cut
    abolish|scrap|kill|axe|repeal|revoke|end|terminate|eliminate|remove|gone|dead|defunct
    abroad|overseas|foreign|international|worldwide abuse|misuse|exploit|break|violate accident|emergency|immediate|urgent|threat
    account|bank|routing account|profile|login active|valid|force|effective|effect|current|still|operational|live|exist|alive
    additional|add|extra|further|top|surplus adhere|abide|heed|obey|comply|compliance|conform|respect|observe|stick
    advance|before|early|ahead|prior|beforehand advance|promote|push|further|facilitate
    advert|advertise|ad|ads|posting|post|vacancy|opening|notice advise|advice|advisory|guidance|guide|help|assistance|assist|support
    advisory|committee|panel|board|council aerospace|plane|aircraft|airplane|aviation
    affect|influence|impact|effect|consequence|implication|fallout|mean afterwards|retroactive|belated|late|after|subsequent
    again|back|another|renew|reactivate|restore|resume agency|department|body|bureau|ministry|authority|government
    agenda|calendar|schedule|date|upcoming|event agreement|deal|pact|treaty|accord|fta agree|accord|pact|deal|treaty
    agree|contradict|clash|conflict|consistent|inconsistent|align|harmony|square|oppose|match
    aim|purpose|goal|mission|focus|priority|objective airport|airfield|air airport|seaport|border|port|terminal|crossing|dock|harbor
    alcohol|booze|liquor|whisky|whiskey|vodka|rum|gin|spirit|bourbon|tequila|beer|wine|brandy|cider
    alien|foreigner|noncitizen|passport|citizen|citizenship|immigrant allotment|allocation|ration|quota|limit
    allow|grant|permit|okay|approve|authorize|let allow|permit|may|let|lawful|legal|permission alter|change|modify|amend|revise|tweak
    american|domestic|us|national amount|quantity|volume|value|total|sum|worth analyze|analysis|study|research|evaluate|assess|examine
    announce|announcement|publicize|reveal|notice anonymous|name|identity|secret|confidential answer|reply|respond|response
    anyone|anybody|everybody|everyone|person|people|somebody|someone|public|individual apparatus|appliance|equipment|machine
    apparel|clothes|clothing|garment|wear|textile|fabric|cloth|outfit|dress|shirt|jeans|pants|sweater|jacket|fashion|yarn
    appeal|freedom|foia|disclosure apple|orange|banana|berry|avocado|grape|fruit|produce apply|application|applicant|candidate
    archive|old|past|earlier|previous|history|historical|former arrive|come|came|show|reach|receive|got|never
    arrive|come|receive|get|got|land arrive|receive|get|come|show|late|miss ask|question|contact|talk|inquire|turn
    ask|request|inquire|inquiry|question|query aspirin|medicine|drug|pharmaceutical|vaccine|pill|chemical|health|cosmetic
    assemble|build|make|manufacture|produce|construct assembly|assemble|manufacture|build
    assess|gauge|appraise|judge|evaluate|weigh|rate association|group|union|chamber|organization
    audience|laypeople|layman|lay|listener|reader|crowd|public|ordinary|average|everyday audit|auditor|check|examine|review|inspect
    automatically|automatic|enough|need|also|both automatic|automatically|enough|suffice|sufficient|alone average|mean|typical|usual
    award|handout|subsidy|grant background|check|investigation|clearance|vetting|security
    bad|poor|wrong|improper|incorrect|false|error|mistake bank|account|detail|transfer
    ban|bar|embargo|outlaw|prohibit|forbid|exclude|exclusion|block|forbidden|prohibited bargain|settle|compromise|offer
    base|found|locate|location|city|town|situated|where|headquarter|seat become|qualify|eligible|eligibility
    bed|mattress|furniture|sofa|chair|couch|desk|cabinet|shelf|table|dresser|bookcase beef|pork|chicken|poultry|meat|lamb
    beginner|novice|newcomer|newbie|starter|rookie|first|basic|start|begin
    begin|began|start|open|opened|launch|commence|since|introduce|establish|found|create|set|born|enact|kick|into
    behalf|represent|delegate|delegation|voice|envoy|spokesperson|speak benchmark|reference|baseline|standard|normal|compare|comparison
    benchmark|yardstick|measure|metric|indicator|gauge|kpi|performance benefit|preference|advantage|preferential|privilege
    beverage|drink|wine|beer|spirits|alcohol|liquor|juice|whiskey|vodka beware|warn|caution|careful|alert
    bike|motorcycle|motorbike|harley|scooter|moped bill|invoice|debt|owe|charge binding|official|final
    biz|business|company|firm|shop|outfit|enterprise
    blouse|skirt|coat|hoodie|sweater|shirt|dress|pants|jeans|apparel|underwear|socks|lingerie
    bookkeeper|bookkeeping|accounting|accountant|account|ledger|book book|record|ledger|account
    booth|exhibit|exhibition|expo|fair|convention|symposium|conference|event|summit|gathering|congregate
    border|checkpoint|crossing|frontier border|port|entry|frontier|crossing
    boss|chief|head|leader|lead|director|commander|top|leadership|helm brand|trademark|logo|mark|label
    brief|inform|tell|instruct|advise|counsel|coach|guide|explain broker|forwarder|agent|filer budget|revenue|finance|treasury
    bulletin|announce|notice|announcement|publish buyer|consumer|customer|public|shopper
    calculate|compute|work|determine|figure|find|compare call|phone|telephone|number|hotline|tel|ring|dial|nr
    canada|canadian|ottawa|toronto cancel|revoke|withdraw|rescind candle|decoration|ornament|household|gift
    candy|chocolate|cookie|snack|cereal|pasta|bread|food captain|ship|skipper|crew
    capture|nab|grab|seize|confiscate|catch|caught|intercept|impound|forfeit card|credit|payment|pay
    careless|carelessness|negligence|negligent|sloppy|oversight|inadvertent|unintentional|blunder|reckless|slip
    carrier|airline|courier|fedex|ups|dhl|usps|post car|auto|automobile|automotive|vehicle|truck|motor
    car|sedan|suv|pickup|truck|van|automobile case|investigation|proceeding|matter category|kind|type|flavor|sort|variety|class|form
    caught|misuse|abuse|violate|break cause|reason|why|because ceiling|maximum|top|highest|most|max|cap|limit|upper|utmost
    center|centre|office|hub certificate|certification|document|efile|efiling|proof certificate|cert|attestation
    change|amend|amendment|modify|correct|correction|fix|adjust|edit|update|revise charge|fee|price|cost|expense|dollar|bill
    chart|table|matrix|grid|comparison|list|overview cheap|low|below|undercut
    cheat|evade|evasion|dodge|avoid|circumvent|fraud|scam|trick|sham|bypass check|cheque|paper|mail
    chemical|pharmaceutical|drug|medicine|medical|health|vaccine child|kid|children|minor|baby|toddler|infant china|chinese|beijing|prc
    chip|semiconductor|microchip|processor|circuit choose|pick|choice|select|decide|determine|decision cigarette|cigar|tobacco|vape
    citizen|citizenship|nationality|national|american claim|demand|request|refund|apply classification|heading|code|category|number
    clear|release|admit|enter|entry|cleared|clearance client|customer|importer|caller close|shut|ended|end|over|stop|discontinue|cease
    close|shut|end|dissolve|move|gone|disappear coal|coke|fuel|energy coffee|tea|spice|agriculture
    collateral|surety|bond|guarantee|security|insurance collect|collection|gather|receive|bring|take|raise
    collect|compile|assemble|gather|amass collect|receive|gather|levy combat|fight|battle|tackle|counter|against|curb
    come|derive|stem|originate|create|result committee|council|commission|board communist|nonmarket|planned|surrogate
    compensate|reimburse|refund|repay|rebate|recoup|recover|return competitor|rival|opponent|competition
    complicated|complex|difficult|hard|tough|tricky|intricate|thorny|challenging comply|compliance|conform|obey|follow|keep
    computer|software|spreadsheet|database|digital confess|disclose|disclosure|admit|own|voluntary
    confidential|secret|proprietary|sensitive|private congressman|congress|lawmaker
    congress|capitol|lawmaker|legislator|senate|senator|representative|hill congress|lawmaker|senate|house|parliament|politician
    congress|renew|pass|law consequence|penalty|punishment|fine|sanction constructed|compute|calculate|work|value
    consult|ask|talk|contact contact|liaison|main|point|person|link contact|reach|email|phone|call|write|mail|mailbox|address|ask|inbox
    contest|dispute|protest|appeal|challenge|object|disagree|fight|argue|oppose|contend continuous|annual|year|all
    convict|prison|jail|inmate|prisoner|penal convincing|strong|clear|proof con|cost|drawback|disadvantage
    cooperate|cooperation|team|coordinate|together
    copycat|counterfeit|fake|knockoff|bogus|imitation|replica|forge|forgery|phony|lookalike|ripoff|dupe|clone|copy|counterfeiter|sham
    copyright|music|book|film|movie|software|song|art copy|pirate|piracy|duplicate coronavirus|covid|pandemic|virus|corona
    corporation|company|business|firm|enterprise|multinational correct|fix|rectify|repair|remedy|undo|amend|change|correction
    cost|benefit|impact|analysis cost|price|fee|charge|expensive|pay|much|dollar countdown|cutoff|deadline|due|expire|last
    counterfeit|fake|knockoff|replica|imitation|copy|pirate|pirated|bogus country|nation|partner|abroad country|nation|state|territory
    court|litigation|lawsuit|sue|justice|judicial cover|scope|include|apply|affect|hit create|develop|build|design|devise|invent|craft
    creator|author|artist|songwriter|copyright crime|offense|violation|wrongdoing|misconduct crossing|border|land|frontier
    daily|weekly|monthly|yearly|interval|frequency|often|frequent|regularly|periodic dairy|milk|cheese|butter|yogurt|cream
    damage|injury|harm|hurt|suffer|injure danger|dangerous|hazard|hazardous|unsafe|threat|harmful|risk|emergency|urgent
    danger|unsafe|dangerous|hazard|hazardous|toxic|poison|lead|risky|harmful dash|hyphen|spell|spelling|spelled|write
    day|date|deadline|due deactivated|deactivate|inactive|dormant|idle|unused|disabled|locked|dead
    deactivate|inactive|block|disable|suspend|deactivated deal|handle|manage|administer|run|charge|responsible|oversee|look
    debate|negotiate|negotiation|bargain debut|kickoff|start|begin|launch|opening|commence|onset|production
    deceptive|false|misleading|untrue|wrong|lie|dishonest declare|declaration|state|report decline|reject|refuse|deny|denial|bounce
    deduct|discount|reduce|reduction|lower|less|cut defend|defense|litigation|protect
    degree|education|bachelor|college|university|study|diploma|qualification|school|background delay|postpone|late|overdue
    deliberate|intentional|willful|purposely|knowingly|fraud deposit|account|bank|detail|information deposit|cash|advance|upfront
    deposit|prepay|upfront|cash depot|warehouse|storage|store|stockroom derive|stem|originate|origin|come|made
    description|describe|label|misdescription|wrong desk|office|indoors desk|office|paper detain|detention|hold|held|stop|block|stuck
    detain|hold|held|stuck|stop|block|stall|withhold detain|hold|stop|block|keep|stuck
    detour|reroute|route|transship|transshipment|via|through developer|programmer|software|vendor|engineer
    develop|design|build|draft|write|prepare dhs|homeland|tsa|ice|fema|uscis
    diesel|gasoline|oil|petroleum|gas|crude|fuel|coal|mineral|energy difference|differ|distinguish|versus|compare|comparison|vs
    diplomat|official|representative|envoy|foreign directorate|division|branch|arm|department|section|office|unit
    disclose|share|publish|reveal|show|public discount|break|lower|reduce|relief|rebate
    discretion|leeway|latitude|freedom|autonomy|independence|independent|independently|supervision|unsupervised
    dispose|destroy|destruction|scrap|burn|shred|crush|trash|incinerate|junk|wreck
    division|directorate|branch|unit|section|arm|part|department docket|record|public|file document|paper|form|file|paperwork
    document|paper|paperwork|form|sheet|certificate
    dodge|evade|evasion|skirt|sidestep|duck|escape|bypass|circumvent|avoid|elude|cheat|shirk domestic|home|local|american
    drop|remove|delete|eliminate|merge|add drop|remove|strike|delete|scratch|eliminate|erase|exclude|kick|merge
    dumping|cheap|undercut|underprice|underpriced|unfair dump|dumping|cheap|undersell|below|unfair|price duplicate|twice|double|same
    duty|tariff|levy|customs|tax eager|popular|hot|sought|crowded|rush|fill earlier|prior|previous|former|old|before
    earn|bring|raise|yield|generate|collect economy|economic|economics|economist|financial
    education|schooling|degree|study|college|university|academic education|training|train|teach|course|webinar|seminar|class|workshop
    effective|success|successful|fruitful|useful|worthwhile|work|efficient|effectiveness|result|payoff
    electronics|laptop|computer|smartphone|television|semiconductor|camera|gadget
    electronic|electronically|online|digital|internet|web|paperless electronic|online|paperless|digital|ach|transfer
    eligible|apply|applicant|can eligible|qualify|entitle|entitled|eligibility|meet|benefit
    employee|staff|worker|people|personnel|workforce|employ enact|pass|adopt|law|become encourage|promote|help|facilitate
    end|expire|expiration|until|till|through|lapse|terminate|finish|over|ended|stop|last|run end|terminate|stop|cease|over
    enforce|enforcement|police|crackdown|apply|implement engine|tractor|machine|machinery|pump|turbine|robot
    england|britain|british|uk|kingdom|scotland|london enlist|register|record|registration|recordation|enroll|log
    enough|suffice|sufficient|adequate|besides|else|also enter|entry|import|admit|admission|come entity|list|company|blacklist
    error|mistake|slip|blunder|wrong|mess|incorrect established|proven|prove|confirmed|concluded
    estimate|calculate|compute|work|reckon|computation evade|evasion|dodge|cheat|avoid|circumvent|transship|transshipment|launder|sneak
    evaluate|evaluation|assess|review|judge|rate event|conference|meeting|webinar|symposium exam|test|quiz|examination|exams
    exceed|above|over|beyond|surpass|surplus exception|exempt|exemption|exclusion|waiver
    exclude|exclusion|ban|bar|prohibit|forbid|forbidden|illegal|banned exempt|exemption|allowance|privilege|waiver|free|rule
    exempt|exemption|free|waive|exception|without exhaust|exhausted|full|fill|filled|maxed|runout|used|reach|depleted
    expert|expertise|specialist|know|master|technical expert|scholar|professor|scientist|specialist|guru|academic|authority
    expire|end|lapse|until|through|run|valid|last|stop|over expire|lapse|runout|end|ended|finish|over|gone|expiry|expiration|terminate
    explain|explanation|understand|clarify explain|understand|clear|clarify|interpret|meaning export|outbound|ship
    export|reexport|outbound|leave|return fabric|cloth|textile|yarn|thread|weave|material
    facility|factory|plant|mill|workshop|sweatshop|maker factory|plant|mill|manufacturer|maker|producer|workshop|manufacture
    fair|unfair|equal farm|agriculture|agricultural|crop|food|farming|produce
    faulty|defective|unsafe|dangerous|hazardous|hazard|danger|sharp|toxic|poison|harmful|recall|contaminated|tainted|flammable|choking
    fault|trouble|malfunction|problem|defect fertilizer|pesticide|paint|chemical|solvent field|outdoors|outside
    filing|data|submission|declaration|entry fill|full|reach|exhaust|use|reached final|definitive|conclusive|last|ultimate
    finding|establish|prove|confirm|conclude finding|result|conclusion|outcome|determination|verdict
    find|search|look|locate|lookup|lookups|where fine|penalty|forfeiture|damages|punishment|sanction
    finish|complete|finalize|conclude|carry|end first|initial|begin fishing|fish|shrimp|seafood|catch|harvest|tuna
    fix|correct|correction|amend|mistake|error|wrong floor|minimum|least|bottom|lowest|below flower|rose|seed|bulb|plant
    fluent|effective|clear|clearly flyer|leaflet|brochure|handout focus|concentrate|priority|emphasis|center
    food|fruit|vegetable|juice|canned|snack|meat|beef|cheese|dairy|sugar|rice|grain|agriculture|agricultural|prepared
    forbidden|prohibited|banned|illegal|unlawful forced|slave|slavery|coerced|trafficked|bonded|servitude
    foreign|nonresident|overseas|abroad|outside|outsider forgive|waive|remit|cancel|remission forgot|forget|omit|missed|missing|overlook
    former|previous|formerly|old|past|used|earlier form|7501|summary found|find|spot|identify|detect
    fraudster|scammer|crook|stranger|swindler fraud|cheat|crime|lie|trick freeze|pause|halt|suspend|suspension|stop|suspended
    free|gratis|zero|without freight|cargo|shipping|logistics fresh|new|recent|latest|novel|newest
    full|fill|filled|exhausted|used|reached|left|open|room furniture|household|home gasoline|diesel|kerosene|petrol|fuel
    geneva|swiss|switzerland|liechtenstein|zurich genuine|real|legit|legitimate|authentic|trustworthy|honest
    global|worldwide|international|world goal|aim|purpose|mission|objective|task
    goods|product|merchandise|item|shipment|cargo|commodity|consignment|freight|container|package|parcel|stuff|thing
    grace|lapse|extension|renew|late grade|gs|level|series grade|salary|pay|level|rank graduate|student|college|recent grant|award|give
    grow|expand|increase|enlarge|add|longer|bigger|larger grow|increase|rise|more
    guidance|guide|instruction|manual|handbook|tutorial|basic|tip handbag|purse|wallet|bag|backpack|luggage|suitcase
    handle|process|administer|treat|deal handle|tweet|twitter|social|facebook|instagram|linkedin|hashtag|account hand|pass|give
    harbor|seaport|port|dock|pier|wharf harm|endanger|hurt|cost|threaten
    harsh|strict|strictly|severe|stern|rigid|tight|tough|soft|softly|lenient|gentle|mild|relaxed hat|glove|scarf|belt|apparel
    hazard|peril|risk|danger headphone|earphone|speaker|audio headquarters|hq|headquarter|seat|base hearing|proceeding|inter|partes
    hear|learn|know|inform|notify|subscribe|follow|update|alert helpdesk|support|help|desk|assistance
    help|assist|support|guidance|explain|advice hire|employ|recruit|vacancy|opening|job|apply
    hire|job|career|vacancy|position|recruit|employment|work|apply|role hire|vacancy|opening|job|ad|posting
    hoax|scam|fraud|con|phish|phishing|swindle|fishy|trap|trick|scammer|crook hold|cargo|board home|market|domestic
    hospital|medical|health|clinic|doctor|nurse|surgical|device host|organize|arrange|stage|hold|throw|organizer
    hotline|number|phone|line|call idea|thought|concept|principle identity|name|who imitator|infringer|counterfeiter|violator
    importance|significance|weight|important|significant|critical import|inbound|incoming impose|levy|assess|issue|slap
    indefinite|permanent|forever|good|open independent|alone|solo|unaided|unsupervised|independently
    independent|independence|alone|autonomous independent|independence|alone|own|autonomy|unsupervised
    industry|sector|business|trade|branch inference|conclusion|deduce information|data|system|database|statistics|figure|number
    infringe|violate|violation|breach|break|offense|infringement insist|demand|require inspector|officer|field|agent
    inspect|check|examine|search|review|look instrument|statute|proclamation|order|law|decree interest|extra interest|surcharge
    interim|temporary|provisional|meanwhile|preliminary|time intern|graduate|student|entry interpret|interpretation|meaning|mean|apply
    investigator|investigation|detective|investigate involve|include|cover|contain|comprise issue|publish|release|announce|post|print
    japan|japanese|tokyo jersey|shirt|clothing|apparel|hoodie|tshirt|sweatshirt|uniform jet|helicopter|aircraft|satellite|rocket|drone
    jointly|together|joint|cooperate|team|side|collaborate|partner joint|review|2026 joint|together|shared|jointly
    judge|court|lawsuit|suit|litigation|trial|sue|tribunal|justice|sued judge|decide|rule|ruling judge|ruling|decision|decide
    justice|doj kitchen|kitchenware|dish|pan|pot|cutlery|household|utensil know|knowledge|familiar|expertise|understand
    korea|korean|seoul labor|work|worker|workforce|toil lab|laboratory|chemical land|arrive|arrival|dock lapse|gap|interruption|expired
    laptop|notebook|tablet|computer|pc|server large|big|major|largest|biggest|huge launch|open|start|begin|new
    lawyer|attorney|counsel|legal|solicitor law|statute|act|legislation|legal|authority|cfr|usc|regulation|provision
    layout|format|template|specification|spec|structure|schema lead|head|run|manage|leads leather|hide|skin|fur
    left|remain|remaining|available|open legislation|law|act|bill|congress lenient|mild|reduce|mitigate|mitigation
    lesson|lecture|class|course|training|train|teach|seminar|webinar|workshop|instruct|coach liability|liable|responsible|owe
    liaison|unit|contact line|product|commodity|kind liquidate|liquidated|liquidation|final|settle list|overview|name|which|complete
    lng|gas|propane|petroleum|kerosene load|loaded|departure|depart|sail|leave|before location|place|city|town|where|address
    logo|emblem|symbol|trademark|mark lookup|search|browse|find|query loss|lose|cost|hurt|damage
    machine|machinery|engine|equipment|tractor|industrial mailed|mail|posted|sent mail|postal|parcel|package|post|courier|ship
    main|key|core|chief|primary|major main|principal|primary|central|biggest|chief
    malfunction|glitch|bug|error|outage|fault|trouble|broken|crash manager|management|boss|executive|official|leader|top|senior
    mandatory|must|obligation|obliged|require|required|compulsory|forced
    mandatory|require|requirement|must|compulsory|obligatory|voluntary|optional manifest|list|document
    manufacturer|producer|maker|industry marking|label|tag|mark match|fit|correspond
    math|mathematics|calculation|statistical|numerical|quantitative|technical
    maximum|limit|cap|ceiling|most|threshold|restrict|restriction measure|indicator|metric|performance|effective|effectiveness|works
    member|country|seat|panel member|seat|participant|sit mention|say|state|list|name
    merchant|seller|vendor|dealer|trader|retailer|peddle|hawk|sell merchant|trader|importer|exporter
    merge|combine|consolidate|brought|together|centralize|centralized method|technique|procedure|approach|way|practice
    minerals|mineral|lithium|critical minimum|least|threshold minister|ministry|government|state
    misclassify|misclassification|misdeclare|mislabel|misdescription|misdescribe|misdeclaration|wrong|false
    missing|lost|gone|absent|never mission|purpose|role|aim|goal misstatement|false|omission|lie|misreport
    money|dollar|fund|revenue|cash|sum|amount|income motto|slogan|tagline move|shift|transfer|relocate|go|went|moved
    move|transport|haul|travel|transit|carry|ship|forward|movement multinational|huge|giant|international|global|corporation|large
    nail|screw|bolt|wire|pipe|metal|rebar|chain|foil|brass|bronze name|call|term|title|named|called name|call|title|term|known
    nationwide|whole|country|national|everywhere|entire near|close|close need|require|must|necessary|want
    negotiate|negotiation|talks|bargain|haggle neighborhood|area|zone|region new|newest|latest|recent|newly
    next|follow|subsequent|after|then|come|follows normal|fair|home|market|usual north|pyongyang|dprk|korea
    note|notice|memo|bulletin|message|announcement notice|warn|warning|notify|advance|told notified|notify|alert|hear|told|inform|word
    notify|notice|third|party number|count|many|figure|total obtain|get|receive|acquire|secure ocean|sea|ship|vessel|maritime|boat|naval
    offense|infraction|violation|breach official|officer|executive|bureaucrat one|single|individual
    online|shopping|ecommerce|internet|shop opinion|judgment|view opinion|ruling|decision|advice opinion|ruling|decision|judgment
    order|cover|scope|product order|directive|decree|mandate origin|country|made|source
    outage|down|downtime|offline|unavailable|maintenance|crash|interruption outdated|old|stale|obsolete|out
    overcome|rebut|beat|disprove|challenge|rebuttable overdue|late|delay|missed|past overpay|overpaid|refund|excess
    oversee|supervise|watch|monitor|track|observe|oversight|supervision owe|liable|due|pay|responsible
    owe|owed|debt|unpaid|due|bill|outstanding owner|holder|proprietor|rightsholder own|owner|holder|possess
    pandemic|covid|coronavirus|health papers|document|manifest|paperwork|file parcel|package|box|envelope|postal|mail
    partner|agency|other|government partner|ally|cooperate|together|joint partner|member|signatory|party party|side|opponent|participant
    part|belong|under|within|unit part|component|piece|belong password|login|locked|access|account|lock
    patent|patented|invention|inventor|invent payroll|job|worker|employ|employee|people|workforce pay|payment|paid|settle
    pending|wait|sit|await|process|progress|unfinished|undecided percent|percentage|share|portion|slice|chunk|fraction|proportion
    percent|percentage|share|proportion|rate period|time|long|duration period|window|span|timeframe|term|phase
    permit|license|authorization|permission persuade|argue|convince|back petition|request|file phase|stage|step
    phone|laptop|electronics|electronic|computer|tv|camera|chip|gadget|tablet|smartphone phone|smartphone|cellphone|iphone|mobile
    photo|image|picture|scan pilot|trial|test|experiment|tryout plane|jet|helicopter|drone|aircraft|turbine|aerospace|airliner
    plant|wood|timber|lumber|tree plastic|paper|glass|material|industrial
    plastic|paper|glass|wood|lumber|rubber|ceramic|cement|material|manufacturing
    plywood|wood|lumber|timber|oak|pine|bamboo|veneer|hardwood|mahogany|teak|wooden police|law|officer|enforcement|cop
    policy|practice|procedure policy|program|plan|strategy politician|lawmaker|policymaker|congress poor|developing|third
    popular|famous|common portal|website|online|system|site postage|postal|mail|post powerpoint|slide|presentation
    power|authority|say|allowed|right precedent|earlier|previous|past|old|prior|ruling present|presentation|file|submit|together
    present|presentation|slide|briefing|conference present|show|exhibit|display president|presidential|executive|white|oval
    president|proclamation|executive|order presume|presumption|assume|rebuttable|guilty
    presume|presumption|presumed|assume|assumption|suppose prevent|stop|block|keep|hinder|thwart prevent|stop|protect|keep|shield
    prison|prisoner|convict|inmate|slave|slavery|forced|coerce|servitude private|personal|confidential
    probe|investigate|investigation|inquiry|inquire|case proceeding|case|procedure|process|hearing|litigation
    process|handle|procedure|processing promotion|promote|advance|career proof|evidence|prove|show|demonstrate
    proof|prove|evidence|document proof|receipt|confirmation proper|right|correct|suitable
    prorate|proration|prorated|share|split|divide|proportion|ration|together prosecute|prosecution|prosecutor|charge|court
    protect|protection|shield|guard|defend pro|benefit|advantage|plus publish|publication|release|issue|post|print|disclose
    pump|compressor|valve|drill|saw|lathe|machine|machinery|tractor|excavator|crane|forklift punish|penalize|penalty|fine|sanction
    qualified|authorized|approved quantity|amount|volume|ton|kilo|tonnage|weight question|ask|inquiry|query|clarify
    quick|fast|speed|rapid|soon|fastest|express quit|leave|withdraw|exit|pull quota|limit|cap|ceiling raise|increase|change|lift|expand
    random|risk|select rank|title|position|grade|level reactivate|reopen|restore|revive|unlock|renew|activate
    reason|cause|because|grounds|basis|motive reauthorize|renew|revive|reinstate|extend|prolong|continue
    rebuild|rebuilt|redesign|relaunch receive|accept|take|land reduce|mitigate|lower|cut|remit|cancel|waive reexport|export|out
    refer|send|forward|point|direct|route|turn refund|reimburse|reimbursement|repay|return|money|back|recover
    refuse|reject|rejected|bounce|deny|turned|decline|return|fail regain|recover|refund|return|reclaim
    register|registration|record|enroll|uspto regression|statistical|statistic|technique regulation|reg|rule
    reject|bounce|fail|return|deny|refuse|arrive release|version|update|upgrade remain|stay|left|keep
    renew|extend|prolong|reauthorize|again|continue|longer|expire repeat|again|second|twice
    replace|instead|new|successor|supersede|former|old replace|successor|succeed|instead|supersede|substitute|switch
    report|allege|allegation|complain|complaint|tip|denounce|whistleblower|tell|notify|accuse
    report|tip|denounce|snitch|rat|whistle|whistleblower|complain|complaint|allegation|accuse|squeal|inform|notify
    representative|ambassador|negotiator|trade represent|speak|spokesman|speaks request|ask|petition|solicit|demand
    require|condition|criterion|criteria|requirement research|find|search|look|study|investigate|dig
    research|study|investigate|explore|examine|analyze|analysis|read residence|live|reside|home|lived|residency|resident
    resident|residence|live|years reside|residence|live|home|domicile|resident retail|store|shop|consumer
    retroactively|after|import|late revenue|money|income|earnings|cash review|appeal|reconsider|recheck
    review|evaluate|evaluation|check|look review|redo|revisit|reexamine rubber|plastic|vinyl|pvc|resin|foam|silicone
    rule|regulation|law|requirement salt|sand|gravel|mineral sample|example|instance sample|specimen|example save|store|archive
    scheme|trick|ploy|ruse|fraud|tactic|cheat scope|cover|coverage|covered|include seafood|fish|shrimp|marine second|2nd|twice
    second|rank|biggest|largest secret|confidential|protective security|safety|safe|protect security|safety|terrorism|supply|chain
    seize|confiscate|take|catch|impound|grab|intercept senior|leadership|executive|top|high|management separate|distinct|own|different
    serious|grave|severe|worse|gross settle|settlement|compromise|resolve|offer seven|7
    shipment|cargo|load|freight|container|consignment|delivery|goods shoe|footwear|boot|sneaker|clothes|apparel|textile|hat|glove|sock
    shrink|drop|reduce|smaller|shorten|remove shutdown|outage|down sided|way|return|unilateral side|versus|compare|comparison
    signs|evidence|suspicion|indication|reasonable|suspect simple|simplify|easy|plain|summarize|condense|digest|sum
    single|one|transaction six|6 size|large|small skill|ability|talent|able slave|forced|labor|coerced|exploit|exploitation|abuse
    small|low|minor|tiny|800|value|cheap small|tiny|little|low smuggle|smuggler|smuggling|contraband|traffic
    sneaker|shoe|footwear|boot|sandal|heel|trainer|slipper software|program|app|code software|program|app|interface
    songwriter|musician|music|copyright source|come|origin speak|talk|speech|oral|orally|communicate|eloquent|present
    specialize|master|focus|concentrate|expert|field species|plant|botanical|tree|flora
    speech|speaking|writing|written|oral|express|communicate|presentation speech|speak|talk|oral|write|writing|communicate
    spreadsheet|excel|software|computer|word stamp|mark|seal standing|status|state|condition
    statistic|statistics|data|figure|number|math|quantitative steal|theft|pirate|infringe|copy steel|aluminum|iron|metal|copper|zinc
    steer|guide|direct|drive|govern|determine step|do|action|act stock|inventory strengthen|tighten|stricter|toughen|strengthening
    study|analyze|examine|look|research subscribe|signup|newsletter|mailing|register|join subscribe|signup|sign|newsletter|mailing
    subsidy|subsidies|subsidized|state|aid|government subsidy|subsidize|subsidized|aid|support|grant|government
    subsidy|subsidize|subsidized|countervailing|aid|handout substitute|surrogate|proxy|replacement|standin
    successor|takeover|inherit|replace summarize|sum|explain|simple|plain summary|overview|digest sunglasses|eyeglasses|glasses
    supervise|oversee|manage|lead|head|direct|steer|chair|monitor supplier|manufacturer|vendor|maker|producer
    surcharge|extra|additional|levy surrogate|substitute|proxy|third surrogate|substitute|stand survive|alive|exist|still|live
    suspect|suspicion|reasonable|sign|indication|hint suspend|suspension|stop|pause|end|over|halt sweatshop|factory|labor
    system|portal|platform|tool|software|application targeting|target|analysis|center|screen target|select|pick|choose|single|screen
    tax|duty|tariff|levy|excise teach|explain|show|instruct teach|train|training|course|lecture|educate|class
    teamwork|team|together|collaborate team|crew|squad|group|unit technology|tech|it|computer temporary|permanent
    temporary|temporarily|brief|short|while|month temporary|time|short|limited ten|10 terrorism|terror|security test|pilot|trial|try
    textile|cloth|fabric|clothing|apparel|garment|yarn|cotton theory|principle|basic|concept|knowledge threshold|limit|800|ceiling
    threshold|percent|mark|level|warn ticket|case|number tile|ceramic|stone|marble|granite|brick|cement|glass
    tire|brake|bumper|windshield|car|auto tire|car|automotive|truck|motorcycle|vehicle|aircraft|airplane|aerospace|jet
    tomato|onion|garlic|pepper|potato|vegetable|produce tool|utility|app|instrument|program
    towel|blanket|sheet|curtain|linen|textile|rug|carpet toy|doll|game|puzzle|plush
    toy|furniture|household|consumer|retail|jewelry|cosmetic|bicycle tpl|preference|level track|follow|monitor|trace|watch
    track|trace|follow|monitor|status|progress trademark|brand|logo|mark|name trade|commerce|trading|business
    transfer|route|routed|forward|sent transmit|send|submit|file|upload|lodge|pass|transfer travel|trip|abroad|mission|journey
    travel|visit|trip|abroad trick|fool|deceive|mislead|misrepresent trouble|problem|difficulty|issue|stuck|help
    trustworthy|genuine|safe|scam tuna|salmon|crab|lobster|shrimp|fish|seafood tv|television|screen|monitor|display twenty|20
    umbrella|parent|belong|under|part|within uncover|find|detect|discover|spot|identify underage|child|kid|minor
    undercover|anonymous|secretly|confidentially undervalue|underdeclare|underreport|low|lowball|underinvoice|value
    unfair|dishonest|discriminate uniform|same unite|merge|combine|join unite|together unload|offload|arrive
    unpaid|owe|owed|outstanding|without upload|send|submit|attach|transmit urine|drug|testing|test|screening
    usage|use|used|utilization|consumption|using usajobs|vacancy|job|apply usual|common|typical|often|frequent|normal
    uyghur|uighur|xinjiang|muslim valid|force|effect|active|apply|still|current valid|good|honored|accepted|current|force
    valuation|value|worth|appraise|appraisal value|worth|price|amount verification|verify|check|visit|inspect|team
    verify|verification|confirm|check|validate version|older|old|edition violator|offender|culprit|wrongdoer|perpetrator
    visit|inspect|tour|trip|onsite visit|inspect|tour|trip|see|seen wage|salary|pay|earn|gs wait|await|pending|hang
    wait|take|long|last|until|within|day|month wallet|bank|account|card warehouse|storage|store|keep
    wares|goods|merchandise|stuff|item|product watch|jewelry|ring|necklace|bracelet wco|world|organization|international
    weak|weakness|risk|vulnerable|gap|loophole website|page|site|portal|link|url|online|webpage|web|address
    whistleblower|report|anonymous win|success wire|transfer|electronic|ach|deposit withdraw|remove|pull|take|withdrawn
    withhold|hold|detain|stop|wro wording|name|text|phrase workaround|loophole|way|around worksheet|form|sheet
    write|draft|author|compose|prepare|produce|paper|issue write|pen|draft|author|compose|prepare
    wrongly|false|wrong|erroneous|incorrect wrong|deceive|false|misdescription xinjiang|uyghur|region xinjiang|uyghur|uighur|china
    year|annual|yearly|fiscal|fy yes|true|correct zone|ftz|area
"""
"""Groups, each joined by "|". A word may be in several, and its other forms count as well."""

/** Everything the page says, Japanese first. {name} is filled in; what others wrote never becomes markup. */
export const WORDS = {
  // What was chosen.
  "kind.logged": ["署名と控えのある文書", "signed statement with its receipt"],
  "kind.waiting": ["署名のある文書(控えはこれから)", "signed statement whose receipt follows"],
  "kind.seal": ["検査の封印", "seal of a check"],
  "kind.receipt": ["検査記録の控え", "receipt of a check"],
  "kind.public": ["検査の公開事項", "public facts of a check"],
  "kind.statement": ["署名だけの文書", "signed statement without a receipt"],
  "kind.question": ["問合せ", "question"],
  "kind.unknown": ["そのほかのファイル", "another file"],
  "file.line": ["{name}: {kind}、{bytes} バイト", "{name}: {kind}, {bytes} bytes"],
  // Verdicts.
  "holds.answer": ["この回答は検証に合格しました", "This answer holds"],
  "holds.refusal": ["この拒否の記録は検証に合格しました", "This record of a refusal holds"],
  "holds.training": ["この学習についての表明は検証に合格しました", "This training statement holds"],
  "holds.run": ["この検査の控えは検証に合格しました", "This receipt of a check holds"],
  "holds.statement": ["この文書は検証に合格しました", "This statement holds"],
  "holds.question": ["この問合せの署名は検証に合格しました", "The signature of this question holds"],
  "holds.lead": [
    "署名、台帳の控え、証明の計算がすべて合いました。内容が事実かどうかは別のことです。下の「証明されたこと」と「述べられているだけのこと」を分けて読んでください。",
    "Every signature, the log's receipt and every proof come out right. Whether what is said is true is another matter: read “Proven” and “Only stated” below apart."],
  "holds.lead_waiting": [
    "署名と証明の計算はすべて合いました。台帳の控えはまだありません。内容が事実かどうかは別のことです。下の「証明されたこと」と「述べられているだけのこと」を分けて読んでください。",
    "Every signature and every proof come out right; there is no receipt of a log yet. Whether what is said is true is another matter: read “Proven” and “Only stated” below apart."],
  "fails.title": ["検証に失敗しました", "This does not hold"],
  "fails.lead": [
    "このファイルからは何も証明されません。内容を信じず、直さず、そのまま保管してください。食い違いそのものが証拠になることがあります。",
    "Nothing in this file is proven. Do not rely on what it says, do not repair it, and keep it as it is: that it does not hold may be evidence itself."],
  "fails.why": ["理由", "Why"],
  "fails.detail": ["計算が合わなかったところ(技術的な記録)", "Where the computation failed (technical)"],
  "step.form": [
    "ファイルの形が決まりと違います。途中で壊れたか、変えられたか、別の種類のファイルです。もう一度もらってください。",
    "The file is not in the form it must have. It was damaged or changed on the way, or is a file of another kind. Ask for it again."],
  "step.key": [
    "使えない鍵が入っています。どんな文にも署名が合ってしまう弱い鍵か、鍵ではないものです。",
    "A key in it can not be used: it is no key, or a weak one under which a signature would fit any text."],
  "step.signature": [
    "署名が合いません。署名のあとで文が変えられたか、名乗っている者とは別の者が署名しています。",
    "A signature does not fit. The text was changed after it was signed, or somebody else signed than is named."],
  "step.entry": [
    "台帳の記録は、この文書のものではありません。文書か控えが差し替えられています。",
    "The log's entry was not made for this text. The text or the receipt was swapped."],
  "step.receipt": [
    "台帳の控えが合いません。台帳にこの記録があることは証明されません。",
    "The receipt does not hold. It does not prove that the log has this entry."],
  "step.log": [
    "あなたが入力した台帳や証人の鍵と合いません。別の台帳の控えか、証人の署名がない控えです。",
    "It does not fit the keys that you typed in: the receipt is of another log, or a witness you named has not signed it."],
  "step.run": [
    "回答、公開事項、検査の封印が互いに食い違っています。別の検査のものか、封印のあとで変えられたか、公開事項そのものがつじつまの合わないものです。",
    "The answer, the public facts and the seal of the check contradict each other: they do not belong together, were changed after sealing, or were wrong from the start."],
  "step.map": [
    "「一覧にある・ない」の証明が合いません。どちらも証明されていません。",
    "The proof that the file is, or is not, in the list does not come out right. Neither is proven."],
  "step.row": [
    "開示された行が、封印された検査の行ではないか、尋ねられた画像の行ではないか、「一覧にない」という証明と矛盾しています。",
    "An opened row is not a row of the sealed check, not of the picture that was asked about, or contradicts the proof that the file is not in the list."],
  "step.question": [
    "回答が問合せと合いません。別の問合せへの回答か、尋ねられたことに答えていないか、問合せに当てはまらない理由で拒否しています。",
    "The answer does not fit the question: it is to another one, does not answer what was asked, or refuses it for a reason that the question does not give."],
  "step.training": [
    "添えられた学習についての表明が、この検査のものではありません。",
    "The training statement that comes with it is not about this check."],
  "step.alone": [
    "このファイルだけでは検証できません。seal.json と receipt.tlog-proof は、同じ検査のものを1つずつ、両方選んでください(public.json を加えられます)。",
    "This file can not be checked alone. Choose seal.json and receipt.tlog-proof of one check together, one of each; public.json may be added."],
  "step.unasked": [
    "これは関所の文書ではありません。あなたの作品のファイルなら、上の回答はこのファイルについてのものではありません。",
    "This is no document of Sekisho. If it is a work of yours: the answer above is not about this very file."],
  // Headings of what holds.
  "part.proven": ["証明されたこと", "Proven"],
  "part.proven_lead": ["計算だけで確かめられ、だれの言葉も信じる必要がありません。", "Follows from computation alone. Nobody's word is needed."],
  "part.stated": ["述べられているだけのこと", "Only stated"],
  "part.stated_lead": [
    "署名した者の言葉です。うそなら署名が証拠として残りますが、事実であることは証明されません。",
    "Somebody's signed word. If it is a lie, the signature remains as evidence; that it is true is not proven."],
  "part.elsewhere": ["ほかで確かめること", "For you to find out elsewhere"],
  "part.elsewhere_lead": ["ファイルの中からは、だれにも分からないことです。", "What no file can tell about itself."],
  "part.keys": ["鍵と番号", "Keys and numbers"],
  // Proven.
  "proven.answer": [
    "鍵 {operator} の持ち主が、この回答に署名しました。",
    "The holder of the key {operator} has signed this answer."],
  "proven.question": [
    "鍵 {asker} の持ち主が署名した問合せ({count} 件)への回答です。",
    "It answers the question (files asked about: {count}) that the holder of the key {asker} has signed."],
  "proven.compared": ["あなたの手元の問合せと、1文字も違わない問合せへの回答です。", "It answers the very question that you have chosen here, to the last character."],
  "proven.present": [
    "ファイル {number}(SHA-256 {sha}…): まったく同じファイルが、検査の一覧に{a:あります}。",
    "File {number} (SHA-256 {sha}…): the very same file {a:is} in the list of the check."],
  "proven.absent": [
    "ファイル {number}(SHA-256 {sha}…): 同じバイト列のファイルは、検査の一覧に{a:ありません}。1バイトでも違えば別のファイルです。",
    "File {number} (SHA-256 {sha}…): {a:no} file with these bytes is in the list of the check. One changed byte makes another file."],
  "proven.yours": [
    "ファイル {number} は、あなたがここで選んだ {name} です。SHA-256 をこのページが計算しました。",
    "File {number} is {name}, which you have chosen here. This page computed its SHA-256."],
  "proven.row": ["開示された行: {item}(検査時の結果: {outcome})", "Opened row: {item} (outcome at the check: {outcome})"],
  "proven.near": [
    "ファイル {number}: 似た画像の行が {count} 件あります。違いは、問合せの照合コードからこのページが計算しました。",
    "File {number}: rows with a near picture: {count}. This page computed how near, from the fingerprint in the question."],
  "proven.near_row": [
    "開示された行: {item}(256 ビット中 {bits} ビットの違い。検査時の結果: {outcome})",
    "Opened row: {item} ({bits} of 256 bits differ; outcome at the check: {outcome})"],
  "proven.closed": [
    "このバイト列の行は1つも開示されていません。一覧にあることは、行がなくても証明されています。(1,000 行を超えるときと、この問合せには見せられない行は、開示されません。)",
    "No row with these bytes was opened. That the file is in the list is proven without them. (None is opened where there are more than 1,000, or where they are not shown for such a question.)"],
  "proven.file_refused": [
    "ファイル {number}: 似た画像は調べられていません。事業者が拒否した理由: {reason}。",
    "File {number}: near pictures were not looked for. The operator refused, for this reason: {reason}."],
  "proven.sealed": [
    "この一覧は封印された検査({rows} 行)のもので、あとから差し替えられていません。",
    "The list is that of a sealed check (rows: {rows}), and was not exchanged afterwards."],
  "proven.refused": [
    "この問合せがあり、鍵 {operator} の持ち主が「{reason}」という理由で拒否しました。",
    "This question was asked, and the holder of the key {operator} refused it, for this reason: {reason}."],
  "proven.training": [
    "鍵 {operator} の持ち主が、モデル(SHA-256 {model}…)の学習について述べました。",
    "The holder of the key {operator} made a statement on what the model with SHA-256 {model}… was trained on."],
  "proven.run": ["鍵 {operator} の持ち主が、この検査に署名しました。", "The holder of the key {operator} has signed this check."],
  "proven.public": ["public.json は封印されたときのままです。", "public.json is as it was when it was sealed."],
  "proven.statement": ["鍵 {signer} の持ち主が、この文書に署名しました。", "The holder of the key {signer} has signed this statement."],
  "proven.log": [
    "台帳 {origin} の {index} 番にその記録があります(台帳の署名の時点で {size} 件)。",
    "The log {origin} has a record of it as entry {index} (it had {size} entries when it signed)."],
  "proven.seen": [
    "証人 {name} が {at} に、この台帳の署名を見て署名しました。記録はその時より前のものです。",
    "The witness {name} cosigned this head of the log at {at}. The record is older than that."],
  // Stated.
  "stated.near_none": [
    "ファイル {number}: 似た画像の行はない、と事業者は述べています。",
    "File {number}: the operator says that no row holds a near picture."],
  "stated.near_more": ["ファイル {number}: ほかに {count} 件ある、と事業者は述べています。", "File {number}: the operator says that there are {count} more."],
  "stated.near_closed": [
    "ファイル {number}: 似た画像の行が {count} 件ある、と事業者は述べていますが、1件も開示していません。",
    "File {number}: the operator says that there are rows with a near picture ({count}), and has opened none of them."],
  "stated.near_work": ["作品についての回答では、人に関わる行は除かれます。", "Rows that concern persons are left out of answers about works."],
  "stated.near": ["似た複製の見落としがないこと。", "That no near copy was left out."],
  "stated.complete": [
    "検査で読んだファイルが、すべて一覧にあること。(読めなかったもの、違法リストに一致したもの、ほぼ個人情報だけのものは一覧に入りません。)",
    "That every file that was read is in the list. (What could not be read, is listed as illegal, or is little else than personal information is never in it.)"],
  "stated.trained": ["この一覧のファイルで、実際にモデルが学習されたこと、または学習されなかったこと。", "That a model was, or was not, really trained on the files of this list."],
  "stated.training": [
    "学習に使われたのは、次の {runs} 件の検査を通過したデータであること。{complete}",
    "That it was trained on what passed in the checks named below ({runs}). {complete}"],
  "stated.training_yes": ["ほかのデータは使っていない、と述べています。", "It says that nothing else was used."],
  "stated.training_no": ["ほかのデータも使った、と述べています。", "It says that other data was used too."],
  "stated.at": ["日時({at})。", "The date ({at})."],
  "stated.check": ["検査そのものが正しく行われたこと。控えは、結果があとで変えられていないことだけを示します。", "That the check itself was done properly. A receipt only shows that its result was not changed afterwards."],
  "stated.sample": ["抜き取り検査です(最大 {sample} 件)。残りについては何も言えません。", "Only a sample of at most {sample} items was checked. Nothing is known about the rest."],
  "stated.content": ["文書に書かれていること、すべて。", "Everything that the statement says."],
  // Elsewhere.
  "elsewhere.who": [
    "鍵の持ち主がだれか。名前は目印にすぎません。公式の発表、契約書、電話などで鍵を見比べてください。",
    "Who holds the keys. A name is only a label: compare the keys with an official publication, a contract, or by phone."],
  "elsewhere.log_own": [
    "台帳の鍵は、{b:このファイル自身が名乗っているもの}です。事業者の本当の台帳かどうかは、ほかで得た鍵を上の欄に入れると分かります。",
    "The log's key is {b:only the one that this file itself names}. Whether it is the operator's real log you learn by typing in, above, the key that you have from elsewhere."],
  "elsewhere.log_given": ["台帳の鍵は、あなたが入力したものと同じです。その入手先が確かかどうか。", "The log's key is the one that you typed in. Whether you have it from a source that you can rely on."],
  "elsewhere.witness_none": [
    "台帳が、相手によって違う内容を見せていないか。証人の署名は調べていません(証人の鍵が入力されていません)。",
    "Whether the log shows different histories to different people. No witness's signature was checked: no witness's key was typed in."],
  "elsewhere.witness": ["証人が、事業者から独立しているかどうか。", "Whether the witnesses are independent of the operator."],
  "elsewhere.no_log": ["いつのものか。台帳の控えがないので、署名だけが確かめられます。", "Since when it exists. There is no receipt of a log: only the signature was checked."],
  // Warnings.
  "warn.likeness": [
    "本人の写真(肖像)についての回答です。宛先は {asker} だけです。ほかに渡さないでください。",
    "This answer is about a photo of a person. It is for {asker} alone: do not pass it on."],
  "warn.secret": [
    "この seal.json には、検査のすべての行を開く鍵が入っています。外に渡してはいけないものです。事業者以外から受け取ったのなら、事業者に知らせてください。",
    "This seal.json holds the key to every row of the check and is not meant for others. If you have it from somebody else than the operator, tell the operator."],
  "warn.waiting": [
    "台帳の控えがまだありません。台帳の次のまとめ記録(1時間ごと)のあとで、署名者から控えの付いたファイルをもらってください。それまでは、いつからあるかは証明されません。",
    "There is no receipt yet. After the log's next batch (one each hour) ask the signer for the file with its receipt. Until then it is not proven since when it exists."],
  "warn.late": [
    "回答の日時({at})よりずっと後に台帳に記録されています。日時は事業者の言葉にすぎません。",
    "The log has it only hours after the time that it names ({at}). That time is the operator's word alone."],
  "warn.sample": [
    "抜き取り検査です: {of} 件のうち {rows} 件だけを検査しました。一覧に「ありません」とあっても、残りについては何も言えません。",
    "A sample: only {rows} of {of} items were checked. That a file is not in the list says nothing about the others."],
  // Words of closed sets.
  "refusal.only_exact": ["似た複製の照会は、登録簿または公的機関だけができます", "near copies are searched for registries and authorities only"],
  "refusal.not_trusted": ["照会した登録簿を、事業者は信頼していません", "the operator does not trust the registry that asks"],
  "refusal.no_authority": ["照会した鍵を、事業者は公的機関のものと確認していません", "the operator does not know the key as an authority's"],
  "refusal.other_operator": ["別の事業者あての問合せです", "the question is for another operator"],
  "refusal.no_map": ["証明できるファイル一覧がない、古い検査です", "the run was made before there was a list of its files that can be proven"],
  "refusal.unknown_entry": ["問合せが示す登録が、事業者の持つ登録簿の版にないか、取り下げられているか、別の者のものです", "the entry that the question names is not in the operator's edition of the registry, is withdrawn, or is another's"],
  "filerefusal.not_of_entry": ["尋ねられた照合コードが、その登録のどの照合コードにも似ていません", "what was asked is not near to anything registered for the entry"],
  "outcome.allow": ["通過", "passed"],
  "outcome.review": ["要確認(保留)", "on hold"],
  "outcome.block": ["除外", "excluded"],
  // Names of numbers.
  "key.operator": ["事業者の鍵", "Operator's key"],
  "key.asker": ["問合せた者の鍵", "Asker's key"],
  "key.signer": ["署名者の鍵", "Signer's key"],
  "key.vkey": ["台帳の鍵", "Log's key"],
  "key.index": ["台帳の番号", "Entry of the log"],
  "key.digest": ["public.json の SHA-256", "SHA-256 of public.json"],
  "key.sealed_log": ["検査の封印がある台帳の鍵", "Key of the log that has the check's seal"],
  "key.sealed_index": ["検査の封印の台帳番号", "Entry of the check's seal in that log"],
  "key.root": ["ファイル一覧の根", "Root of the list of files"],
  "key.files": ["異なるファイルの数", "Different files in the list"],
  "key.file": ["ファイル {number} の SHA-256", "SHA-256 of file {number}"],
  "key.manifest": ["manifest.json の SHA-256", "SHA-256 of manifest.json"],
  "key.model": ["モデルの SHA-256", "SHA-256 of the model"],
  "key.type": ["文書の種類", "Type of the statement"],
  "key.text": ["文書の内容", "What the statement says"],
  "key.run": ["検査 {number}: public.json の SHA-256", "Check {number}: SHA-256 of public.json"],
  // The page itself.
  "page.busy": ["計算しています…", "Computing…"],
  "page.old": [
    "このブラウザーでは検証できません(Ed25519 の署名を計算できません)。新しいブラウザーで開くか、コマンド sekisho verify を使ってください。",
    "This browser can not verify: it has no Ed25519. Open the page in a newer one, or use the command sekisho verify."],
  "page.large": ["{name} は 200 MB を超えるため、読みませんでした。", "{name} was not read: it has more than 200 MB."],
  "page.title": ["検査の記録を自分で確かめる - 関所", "Check a record yourself - Sekisho"],
} as const satisfies Record<string, readonly [string, string]>;
export type Key = keyof typeof WORDS;
export const LANGS = ["ja", "en"] as const;

/**
 * Words that tell what a request wants, by concept, in English, German, French, Spanish, Italian, Portuguese, Chinese and
 * Japanese. A word with `*` stands for all that begin with it. Words of scripts without spaces, and whatever has a space
 * in it (`_` here), are looked for anywhere in the text.
 */
const WORDS = {
  summary: `summar* shorten* condens* tldr tl;dr recap* gist headline synops* digest overview synthesi* zusammenfass* fass
    fasse zusammen kürze kürzer résum* synthèse* synthétis* resum* sintetiz* sintesis síntesis riassum* 总结 概括 摘要 综述
    要約 まとめ 三行で`,
  extraction: `extract* classif* categor* pull tag parse list identify find label* positive which extrah* liste lies nenne entnimm klassifi*
    extrais extrait extraire extrae extraer extraiga saca clasific* estrai classe 提取 抽取 识别 找出 分类 返回 抽出 分類 挙げ`,
  names_data: `email* phone address* date dates name names number numbers invoice* currency column* row rows field* value*
    entit* schema json csv xml key keys telefon* adresse* datum namen rechnung* spalte* facture* colonne* correo* factura*
    fila* columna* 姓名 电话 金额 邮箱 发票 日期 名前 電話 日付 金額 会社名`,
  writing: `write rewrite draft compose translat* poem story essay letter email speech sonnet caption wish message phras* schreib
    schreibe verfass* übersetz* gedicht brief rede écris écri* rédige* traduis* traduire poème lettre discours escrib*
    redact* traduc* poema carta scrivi 写一 帮我写 翻译 邮件 书いて 書いて 書き 翻訳 メール`,
  advice: `suggest* recommend* idea ideas tips plan planning should pros cons gift advice help empfehl* vorschl* tipps idee*
    suggère* conseill* recommand* avantage* recomiend* ideas consej* dame 推荐 建议 帮我 おすすめ 提案 プラン`,
  knowledge: `who what which when where capital mean means meaning synonym explain describe difference tell wer was welche*
    wo wann unterschied erklär* qui quel quelle quoi expliqu* différence cuál qué quién sinónimo explic* qual cosa 什么 多少
    哪 解释 吗 何 教えて 説明 誰 どう`,
  courtesy: `hi hello hey thanks thank morning evening welcome hallo danke moin grüß* bonjour salut merci hola gracias buenos
    ciao grazie oi olá obrigad* 你好 谢谢 您好 こんにちは ありがとう おはよう`,
  code: `function functions class code coding script bug debug* refactor* compil* api regex sql html css json python
    javascript typescript java rust golang kotlin php ruby docker* dockerfile git github react express node npm vitest
    postgres* redis kafka cuda bash shell endpoint* unit_test tests module* variable* constructor async await callback*
    repository repo parser compiler gitignore one-liner einzeiler implement* funktion* klasse programm* skript quelltext fonction* programme* requête
    función* clase variable script consulta 函数 代码 编程 程序 用python 线程 接口 関数 コード プログラム 実装 サーバー`,
  maths: `calculat* comput* solve integral* integrat* derivative* differentiat* equation* theorem matri* probabilit* percent
    average triangle polynom* prime primes root roots area radius simplif* convert evaluate divided times sum fraction
    berechn* rechne löse gleichung* wahrscheinlichkeit* ableitung prozent geteilt matrix gerade calcul* résou* dérivée
    équation* probabilité* combien calcula* resuelv* derivada ecuaci* cuánto cuántos quanto 计算 求 解 方程 概率 面积 数列
    几个 几小时 计 halla* étudier série serie convergence residu* polynôme continu* körper unabhängig* ∫ 計算 方程式 確率 求め 積分 整数`,
  proof: `prove proof proofs prove_that show_that derive deduce theorem lemma bound bounds beweis* zeige_mit zeige, herleit*
    démontr* montrer prouv* demuestr* demostr* 证明 推导 導出 証明 示せ 論証`,
  logic: `if therefore infer* logic* argument* valid puzzle* paradox* riddle premise* conclu* taller older heavier liar lies
    truth true false statement* suspect* strategy next odd reason reasoning likely cause causes wenn folgt schluss* denkfehler
    nächstes verwandt si conclu* paradoxe logique siguiente último deduc* razona intrus* 如果 推理 逻辑 推断 谁 なら 推論
    論理 正直 嘘 最少`,
  analysis: `analy* compar* evaluat* assess* critiqu* critical* review* weigh* argue argument* discuss* reconcil* contrast*
    investigat* diagnos* differential trade-off* analysier* vergleich* bewert* diskutier* wäge abwäg* kritisch* prüf*
    évalu* confront* pès* analiz* evalú* valor* contrast* discut* 分析 比较 评估 批判 讨论 核对 比較 評価 論じ 解析 調査`,
  justification: `justif* why explain* because reason reasons argue prove begründ* warum wieso weshalb pourquoi justifi*
    razon* porque 为什么 理由 说明 原因 なぜ 理由 正しさ`,
  design: `design* architect* implement* optimi* migrat* refactor* restructur* strateg* model* mechanism develop devise build
    entwirf entwurf* implementier* zerlege optimier* conçois concev* implément* modélis* diseñ* implementa* 设计 实现 重构
    优化 构建 設計 実装 最適化`,
  completeness: `every each all complete* exhaustive* inconsisten* contradict* conflict* resolve* reconcile cross-reference*
    jede jeden jeder jedes alle vollständig* widerspr* chaque tous toute toutes incohéren* contradict* cada todas todos
    contradic* incoheren* 所有 每个 每一 矛盾 不一致 完整 全て すべて 矛盾 各`,
  causes: `root_cause causal* confound* hypothes* infer* counter* assum* evidence sensitivity uncertain* equilibri* incentive*
    ursache* annahme* hypothese* evidenz unsicherheit* cause* hypothès* équilibre causa* hipótesis supuesto* 假设 因果 混杂
    均衡 根因 仮説 均衡 原因 根拠 前提`,
  systems: `concurren* race lock lock-free deadlock* thread* distributed consensus transaction* kernel memory latency throughput
    idempoten* snapshot* rollback* isolation scheduler* partition* ordering invariant* exactly-once complexity saga
    nebenläufig* verklemm* transaktion* komplexität concurrence transactions concurrencia particion* 并发 死锁 隔离 事务
    競合 並行 メモリ 非同期`,
  expertise: `legal* lawyer* clause* liabilit* indemnit* clinical* endpoint* deviat* asymptot* convergen* finite continuous
    compact group manifold topolog* statistic* ethic* doctrine philosoph* econom* acquir* equity diagnostic* vesting haftung*
    klausel* frist* vertragsstraf* gewährleist* stetig* juridique* clause* hypoth* sous-groupe jurídic* cláusula* 义务 条款
    特征值 儒家 财务 源氏 条項 論 回路`,
  simplicity: `just only brief* short* quick* simple simply plain one two three line gist small please kurz* nur einfach
    knapp* bref court courte juste simple* breve* corto rápido solo 简单 一句话 简要 一下 簡単 一文 三行 簡潔`,
  steps: `step_by_step steps schritt_für_schritt schritte étape* paso_a_paso pasos stepwise 逐步 一步步 步骤 段階 手順 順に`,
  constraint: `without exactly most least must within unless except never strict* at_least at_most under below ohne genau
    höchstens mindestens muss sans exactement doit moins sin exactamente debe menos 不得 必须 至少 至多 不能 以内 以上 なし`,
  looking: `picture image photo photos screenshot diagram chart logo sign bild foto fotos image photo diagramm imagen foto
    gráfico cartel 图片 图中 照片 画像 写真 図 グラフ`,
  acting: `book send remind* play set turn search look open fetch run call find check refund text schedule trag stell zeige
    verschieb* cherche mets envoie busca añade encuentra envía 查 提醒 搜索 统计 調べ 検索 確認して かけて 送って`,
} as const;

export type Concept = keyof typeof WORDS;

export const CONCEPTS = Object.keys(WORDS) as readonly Concept[];

interface Lexicon {
  readonly exact: ReadonlyMap<string, readonly number[]>;
  readonly prefixes: ReadonlyMap<string, readonly number[]>;
  readonly shortestPrefix: number;
  readonly longestPrefix: number;
  /** What is looked for anywhere: of scripts without spaces, and of several words. */
  readonly unspaced: readonly (readonly [string, number])[];
  readonly phrases: readonly (readonly [string, number])[];
}

/** How many words of each concept a text has, in the order of `CONCEPTS`. The text is in lower case. */
export function countConcepts(text: string): readonly number[] {
  const counts = CONCEPTS.map(() => 0);
  const note = (concepts: readonly number[] | undefined): void => {
    for (const concept of concepts ?? []) counts[concept] = (counts[concept] ?? 0) + 1;
  };
  for (const word of text.split(NO_WORD)) {
    note(LEXICON.exact.get(word));
    const longest = Math.min(word.length, LEXICON.longestPrefix);
    for (let length = LEXICON.shortestPrefix; length <= longest; length += 1) {
      note(LEXICON.prefixes.get(word.slice(0, length)));
    }
  }
  for (const [phrase, concept] of LEXICON.phrases) if (text.includes(phrase)) note([concept]);
  if (UNSPACED.test(text)) {
    for (const [word, concept] of LEXICON.unspaced) if (text.includes(word)) note([concept]);
  }
  return counts;
}

const NO_WORD = /[-\s.,:!?()[\]{}"'’“”«»¿¡/|*`<>=]+/;

/** Han, Hiragana and Katakana. */
export const UNSPACED = /[\u3040-\u30ff\u3400-\u9fff]/;

const LEXICON = buildLexicon();

function buildLexicon(): Lexicon {
  const exact = new Map<string, number[]>();
  const prefixes = new Map<string, number[]>();
  const unspaced: [string, number][] = [];
  const phrases: [string, number][] = [];
  for (const [index, concept] of CONCEPTS.entries()) {
    for (const word of new Set(WORDS[concept].split(/\s+/))) {
      if (UNSPACED.test(word)) unspaced.push([word, index]);
      else if (/[_-]/.test(word)) phrases.push([word.replaceAll('_', ' '), index]);
      else if (word.endsWith('*')) put(prefixes, word.slice(0, -1), index);
      else put(exact, word, index);
    }
  }
  const lengths = [...prefixes.keys()].map(({ length }) => length);
  const [shortestPrefix, longestPrefix] = [Math.min(...lengths), Math.max(...lengths)];
  return { exact, prefixes, shortestPrefix, longestPrefix, unspaced, phrases };
}

function put(map: Map<string, number[]>, word: string, concept: number): void {
  const known = map.get(word);
  if (known === undefined) map.set(word, [concept]);
  else known.push(concept);
}

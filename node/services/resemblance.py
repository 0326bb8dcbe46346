"""Names that resemble each other without reading alike: for an officer's review, not for the chain to refuse.

Digits and signs that stand in for letters (`Lumin4`), Chinese characters of like shape (康帅傅 for 康师傅), and the common
traditional forms. The tables may grow: nothing signed rests on them.
"""

import unicodedata
from functools import lru_cache

from node.protocol.brand_name import reading
from node.protocol.look_alikes import LEET

# Characters that are passed off for each other on packages; the others of a group are read as its first.
SHAPES = (
    "师帅 雪雷 白自百 奥粤 未末 士土 己已巳 人入 大太犬 干千于 天夫无 王玉 木本 田由甲申 牛午 刀刁 几儿 治冶洽 今令 晴睛 "
    "娃哇 候侯 旺汪 伊尹 茅芽 台合 李季 宁字 沪泸 飘瓢 碧璧 拔拨 微徽 赢嬴 折拆 莱菜 酒洒 兔免 乌鸟 历厉 竞竟 圆园 颗棵 "
    "金全 问间闪 目且 福幅 明朋 戊戌戍 京亨享 喜善 汾份 克兄 吉古 宝室 动劲 线钱 仔子 亮壳 仑伦 比此 哈恰 风凤 维纬"
)
# The simplified form, then its traditional ones: the commonest of those that names are made of.
TRADITIONAL = (
    "爱愛 碍礙 奥奧 罢罷 宝寶 报報 贝貝 备備 笔筆 毕畢 边邊 标標 宾賓 并並 补補 参參 蚕蠶 仓倉 层層 产產 长長 尝嘗 场場 "
    "厂廠 车車 尘塵 陈陳 衬襯 称稱 诚誠 迟遲 齿齒 冲沖 虫蟲 宠寵 础礎 处處 传傳 创創 纯純 词詞 从從 丛叢 达達 带帶 单單 胆膽 "
    "当當 党黨 灯燈 敌敵 电電 东東 动動 斗鬥 独獨 读讀 顿頓 夺奪 鹅鵝 儿兒 尔爾 发發髮 范範 飞飛 丰豐 风風 凤鳳 妇婦 复復 "
    "盖蓋 冈岡 钢鋼 个個 给給 沟溝 构構 购購 谷穀 顾顧 关關 观觀 馆館 广廣 归歸 龟龜 贵貴 国國 过過 汉漢 号號 鹤鶴 红紅 后後 "
    "鸿鴻 护護 沪滬 华華 画畫 话話 怀懷 欢歡 环環 还還 黄黃 会會 汇匯彙 伙夥 获獲 机機 积積 极極 际際 继繼 济濟 纪紀 计計 记記 "
    "价價 驾駕 简簡 见見 荐薦 舰艦 将將 奖獎 酱醬 胶膠 脚腳 节節 杰傑 结結 洁潔 锦錦 紧緊 进進 尽盡 经經 镜鏡 静靜 净淨 旧舊 "
    "举舉 剧劇 据據 绝絕 军軍 开開 凯凱 课課 壳殼 块塊 宽寬 矿礦 亏虧 兰蘭 蓝藍 览覽 篮籃 懒懶 来來 莱萊 赖賴 劳勞 乐樂 类類 "
    "离離 丽麗 里裡裏 礼禮 历歷曆 励勵 连連 莲蓮 联聯 恋戀 练練 粮糧 凉涼 两兩 疗療 猎獵 灵靈 岭嶺 领領 龙龍 楼樓 芦蘆 炉爐 "
    "鲁魯 陆陸 录錄 绿綠 轮輪 伦倫 罗羅 萝蘿 绵綿 马馬 玛瑪 吗嗎 买買 麦麥 卖賣 满滿 猫貓 们們 门門 梦夢 弥彌 面麵 庙廟 灭滅 "
    "鸣鳴 谋謀 亩畝 纳納 难難 内內 鸟鳥 宁寧 农農 浓濃 诺諾 欧歐 盘盤 庞龐 苹蘋 凭憑 朴樸 齐齊 骑騎 启啟 气氣 弃棄 钱錢 强強 "
    "桥橋 亲親 轻輕 氢氫 庆慶 琼瓊 确確 让讓 热熱 认認 荣榮 软軟 锐銳 赛賽 伞傘 洒灑 萨薩 扫掃 涩澀 纱紗 杀殺 晒曬 陕陝 伤傷 "
    "赏賞 绍紹 摄攝 设設 审審 圣聖 声聲 胜勝 师師 诗詩 狮獅 时時 实實 识識 视視 饰飾 适適 寿壽 书書 树樹 属屬 术術 双雙 丝絲 "
    "苏蘇 诉訴 随隨 岁歲 孙孫 态態 滩灘 谈談 汤湯 涛濤 腾騰 题題 体體 条條 铁鐵 厅廳 头頭 图圖 团團 袜襪 湾灣 万萬 网網 "
    "卫衛 伟偉 纬緯 维維 温溫 闻聞 稳穩 卧臥 乌烏 无無 务務 雾霧 锡錫 习習 戏戲 细細 虾蝦 侠俠 峡峽 贤賢 鲜鮮 显顯 线線 乡鄉 "
    "详詳 响響 项項 萧蕭 兴興 须鬚須 绪緒 续續 选選 学學 讯訊 亚亞 烟煙 盐鹽 阳陽 杨楊 养養 样樣 摇搖 药藥 爷爺 业業 叶葉 页頁 "
    "仪儀 亿億 艺藝 谊誼 义義 异異 忆憶 阴陰 银銀 饮飲 樱櫻 婴嬰 鹰鷹 营營 赢贏 拥擁 优優 邮郵 犹猶 鱼魚 渔漁 语語 屿嶼 与與 "
    "誉譽 园園 远遠 愿願 约約 阅閱 跃躍 云雲 韵韻 杂雜 赞贊 则則 泽澤 斋齋 战戰 张張 涨漲 赵趙 针針 镇鎮 征徵 郑鄭 证證 钟鐘鍾 "
    "众眾 种種 周週 烛燭 筑築 专專 转轉 庄莊 装裝 壮壯 资資 总總 纵縱 钻鑽 岛島 岚嵐 蕴蘊 澜瀾 志誌 为為爲 乔喬 台臺 余餘 么麼"
)


def _first(groups: str) -> dict[int, str]:
    return {ord(char): group[0] for group in groups.split() for char in group[1:]}


SIMPLIFIED, SHAPED = _first(TRADITIONAL), _first(SHAPES)


@lru_cache(maxsize=65536)
def resembling(name: str) -> str:
    """One text for all names that resemble each other. Raises `UnreadableError` for a name that cannot be read."""
    plain = unicodedata.normalize("NFKC", name).translate(LEET)
    return reading(plain).translate(SIMPLIFIED).translate(SHAPED)

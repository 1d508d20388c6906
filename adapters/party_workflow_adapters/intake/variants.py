"""Traditional characters that names and labels are written with, and their simplified forms.

For comparing only: nothing that is kept is rewritten.  The pairs come from the labels of the pack ``party``,
which has both scripts, and from the list below for surnames and given names.  A character that is not here
counts as itself: then the two spellings are two, and both can be put into the register.
"""

from __future__ import annotations

from functools import cache
from typing import Final

_TRADITIONAL: Final = (
    "張陳劉楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉閻蘇魯呂盧鍾賈鄒陸龍萬錢湯賀賴龔嚴顧歐齊龐顏藍聶莊關蘭單喬譚塗"
    "範遲鄔車連紀項閆談寧駱鮑應費繆華偉麗國強軍傑東紅豔靜濤輝鵬飛濱寶賓棟鳳剛貴漢歡會慶堅劍鑒澤鎮錦進經競"
    "舉鈞凱瀾樂蓮聯靈嶺綠倫滿門夢綿閔銘鳴納諾啟謙薔親瓊權榮銳潤賽紹聖勝師詩時實樹雙順碩絲頌騰鐵婭煙陽揚瑤"
    "業儀藝億議誼義銀瑩營穎優餘魚漁淵園圓遠願約閱雲運贊戰貞針織職誌製鐘眾週專裝壯資總來維為緯衛溫聞問烏無"
    "賢顯憲縣獻鄉響曉協興緒軒選學尋訓亞齡歷屬號處類區條點體員雜開辦廳書記黨團組長係級評題"
)
_SIMPLIFIED: Final = (
    "张陈刘杨黄赵吴孙马罗郑谢许韩冯邓萧蒋叶阎苏鲁吕卢钟贾邹陆龙万钱汤贺赖龚严顾欧齐庞颜蓝聂庄关兰单乔谭涂"
    "范迟邬车连纪项闫谈宁骆鲍应费缪华伟丽国强军杰东红艳静涛辉鹏飞滨宝宾栋凤刚贵汉欢会庆坚剑鉴泽镇锦进经竞"
    "举钧凯澜乐莲联灵岭绿伦满门梦绵闵铭鸣纳诺启谦蔷亲琼权荣锐润赛绍圣胜师诗时实树双顺硕丝颂腾铁娅烟阳扬瑶"
    "业仪艺亿议谊义银莹营颖优余鱼渔渊园圆远愿约阅云运赞战贞针织职志制钟众周专装壮资总来维为纬卫温闻问乌无"
    "贤显宪县献乡响晓协兴绪轩选学寻训亚龄历属号处类区条点体员杂开办厅书记党团组长系级评题"
)


@cache
def _table() -> dict[int, str]:
    from party_workflow.packs.party import PACK

    pairs: dict[str, set[str]] = {}
    for traditional, plain in zip(_TRADITIONAL, _SIMPLIFIED, strict=True):
        pairs.setdefault(traditional, set()).add(plain)
    for label in PACK.labels.values():
        for form in (label.zh_hant or "", *label.also):
            if len(form) == len(label.zh):
                for traditional, plain in zip(form, label.zh, strict=True):
                    if traditional > "\u3400" and plain > "\u3400" and traditional != plain:
                        pairs.setdefault(traditional, set()).add(plain)
    # A character with two simplified forms depends on the word: it is left alone.
    return {ord(traditional): next(iter(plain)) for traditional, plain in pairs.items() if len(plain) == 1}


def simplified(text: str) -> str:
    """Text with the traditional characters that are known made simplified."""
    return text.translate(_table())

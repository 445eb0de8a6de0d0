"""The laws, standards and papers that rules rest on, each spelled once, and the words for our own. Pure.

A source says two things: which document, and (in `Confidence`) how far it was verified. A document whose
text was not read here carries `UNREAD`; a rule never claims to follow an article nobody looked up.
"""

OWN = "本项目拟定的起步值"
"""How the source of every `Confidence.OWN` rule begins; a test keeps to it."""
UNREAD = "（原文未核实）"

PETITIONS = "《信访工作条例》（2022年）"
HOTLINE_OPINION = "国办发〔2020〕53号《关于进一步优化地方政务服务便民热线的指导意见》"
HOTLINE_AND_POLICE = "国办发〔2022〕12号《关于推动12345政务服务便民热线与110报警服务台高效对接联动的意见》"
HOTLINE_SERVICE = "GB/T 33358-2016《政府热线服务规范》"
HOTLINE_RUNNING = f"GB/T 44189-2024（政务服务便民热线运行的国家标准）{UNREAD}"
HOTLINE_KNOWLEDGE = f"GB/T 44191-2024《政务服务便民热线知识库建设指南》{UNREAD}"
RATING = "国办发〔2019〕51号《关于建立政务服务“好差评”制度提高政务服务水平的意见》"
PERSONAL_INFORMATION = "《个人信息保护法》（2021年）"
SECURITY = "GB/T 22239-2019《信息安全技术 网络安全等级保护基本要求》"
ARCHIVES = "《档案法》（2020年修订）"
MEDIATION = "《人民调解法》（2010年）"
MEDIATION_WORK = "《人民调解工作若干规定》（司法部令第75号）"
CIVIL_PROCEDURE = "《民事诉讼法》（2023年修正）"
STUDY = (
    "何得桂、陶钰《共同缔造赋能基层社会治理的制度分析与实践启示》"
    "（2024，DOI 10.13968/j.cnki.1009-9107.2024.05.08）"
)


def own_proposal(follows: str = "") -> str:
    """Return the source of a rule whose values this project proposed; `follows` names what it leans on."""
    return f"{OWN}；参照：{follows}" if follows else f"{OWN}，待县里确认"

"""The text of the consent in other languages than those of the interface, sentence for sentence.

They were written with care and have not been read again by people whose languages these are: the
page says so. A sentence that changes in `consent.py` changes here, under the next version.
"""

from dataclasses import dataclass

from directory.i18n import Language


@dataclass(frozen=True, slots=True)
class Translated:
    """The sentences of `consent.py` in one language, in their order."""

    language: Language
    lines: tuple[str, ...]
    redirection: str


# Sentences of many languages: ruff would break them where their readers would not.
# fmt: off
TRANSLATED: tuple[Translated, ...] = (
    Translated(
        Language("en", "English", "ltr"),
        (
            "We would like to send a request for you to this service: %(service)s"
            " (%(organization)s).",
            "It will see at once: a code or your initials, your year of birth and your language if"
            " you give them, the help you are looking for, and the message we write.",
            "It will see your first name, your telephone and your e-mail address only if it accepts"
            " the request, and only if you give them.",
            "We write nothing about your health, nor about the law.",
            "What makes it possible to reach you is erased at the latest %(days)s days after the"
            " end of the request.",
            "You can say no: we will help you in the same way.",
            "You can change your mind at any time: tell us, and the service will see nothing more."
            " You can also ask to read, correct or erase what is written.",
        ),
        "If this service cannot help you, it can pass the request on to another service.",
    ),
    Translated(
        Language("es", "Español", "ltr"),
        (
            "Queremos enviar una solicitud para usted a este servicio: %(service)s"
            " (%(organization)s).",
            "Verá enseguida: un código o sus iniciales, su año de nacimiento y su idioma si los da,"
            " la ayuda que busca y el mensaje que escribimos.",
            "Verá su nombre, su teléfono y su correo electrónico solo si acepta la solicitud, y"
            " solo si usted los da.",
            "No escribimos nada sobre su salud ni sobre la justicia.",
            "Lo que permite contactarle se borra a más tardar %(days)s días después del final de la"
            " solicitud.",
            "Puede decir que no: le ayudaremos de la misma manera.",
            "Puede cambiar de opinión en cualquier momento: díganoslo, y el servicio no verá nada"
            " más. También puede pedir leer, corregir o borrar lo que está escrito.",
        ),
        "Si este servicio no puede ayudarle, puede pasar la solicitud a otro servicio.",
    ),
    Translated(
        Language("pt", "Português", "ltr"),
        (
            "Queremos enviar um pedido para si a este serviço: %(service)s (%(organization)s).",
            "Ele verá logo: um código ou as suas iniciais, o seu ano de nascimento e a sua língua"
            " se os der, a ajuda que procura e a mensagem que escrevemos.",
            "Ele verá o seu nome próprio, o seu telefone e o seu endereço de e-mail só se aceitar o"
            " pedido, e só se os der.",
            "Não escrevemos nada sobre a sua saúde, nem sobre a justiça.",
            "O que permite contactá-lo é apagado o mais tardar %(days)s dias depois do fim do"
            " pedido.",
            "Pode dizer que não: ajudá-lo-emos da mesma maneira.",
            "Pode mudar de ideia a qualquer momento: diga-nos, e o serviço não verá mais nada."
            " Também pode pedir para ler, corrigir ou apagar o que está escrito.",
        ),
        "Se este serviço não puder ajudá-lo, pode passar o pedido a outro serviço.",
    ),
    Translated(
        Language("ro", "Română", "ltr"),
        (
            "Dorim să trimitem o cerere pentru dumneavoastră la acest serviciu: %(service)s"
            " (%(organization)s).",
            "Acesta va vedea imediat: un cod sau inițialele dumneavoastră, anul nașterii și limba"
            " dacă le spuneți, ajutorul pe care îl căutați și mesajul pe care îl scriem.",
            "Va vedea prenumele, telefonul și adresa de e-mail numai dacă acceptă cererea, și numai"
            " dacă le dați.",
            "Nu scriem nimic despre sănătatea dumneavoastră și nici despre justiție.",
            "Datele prin care puteți fi contactat sunt șterse cel târziu la %(days)s zile după"
            " încheierea cererii.",
            "Puteți spune nu: vă vom ajuta la fel.",
            "Vă puteți răzgândi oricând: spuneți-ne, iar serviciul nu va mai vedea nimic. Puteți"
            " cere și să citiți, să corectați sau să ștergeți ce este scris.",
        ),
        "Dacă acest serviciu nu vă poate ajuta, poate trimite cererea altui serviciu.",
    ),
    Translated(
        Language("ar", "العربية", "rtl"),
        (
            "نريد أن نرسل طلبًا من أجلك إلى هذه الخدمة: %(service)s (%(organization)s).",
            "سترى الخدمة فورًا: رمزًا أو الأحرف الأولى من اسمك، وسنة ميلادك ولغتك إذا أعطيتنا"
            " إياهما، والمساعدة التي تبحث عنها، والرسالة التي نكتبها.",
            "لن ترى اسمك الأول ورقم هاتفك وبريدك الإلكتروني إلا إذا قبلت الطلب، وإذا أعطيتنا"
            " إياها فقط.",
            "لا نكتب شيئًا عن صحتك ولا عن القضاء.",
            "ما يسمح بالاتصال بك يُمحى في موعد أقصاه %(days)s يومًا بعد انتهاء الطلب.",
            "يمكنك أن تقول لا: سنساعدك بالطريقة نفسها.",
            "يمكنك تغيير رأيك في أي وقت: أخبرنا، ولن ترى الخدمة شيئًا بعد ذلك. ويمكنك أيضًا أن"
            " تطلب قراءة ما هو مكتوب أو تصحيحه أو محوه.",
        ),
        "إذا لم تستطع هذه الخدمة مساعدتك، يمكنها أن تحيل الطلب إلى خدمة أخرى.",
    ),
    Translated(
        Language("fa", "فارسی", "rtl"),
        (
            "می‌خواهیم برای شما درخواستی به این خدمت بفرستیم: %(service)s (%(organization)s).",
            "آن‌ها بلافاصله این‌ها را می‌بینند: یک کد یا حروف اول نام شما، سال تولد و زبان شما اگر"
            " بگویید، کمکی که به دنبال آن هستید و پیامی که ما می‌نویسیم.",
            "نام کوچک، تلفن و ایمیل شما را فقط اگر درخواست را بپذیرند، و فقط اگر شما بدهید، خواهند"
            " دید.",
            "ما چیزی درباره سلامتی شما یا امور قضایی نمی‌نویسیم.",
            "آنچه امکان تماس با شما را می‌دهد حداکثر %(days)s روز پس از پایان درخواست پاک می‌شود.",
            "می‌توانید نه بگویید: به همان شکل به شما کمک خواهیم کرد.",
            "هر زمان می‌توانید نظرتان را عوض کنید: به ما بگویید و آن خدمت دیگر چیزی نخواهد دید."
            " همچنین می‌توانید بخواهید نوشته‌ها را بخوانید، اصلاح کنید یا پاک کنید.",
        ),
        "اگر این خدمت نتواند به شما کمک کند، می‌تواند درخواست را به خدمت دیگری بفرستد.",
    ),
    Translated(
        Language("ru", "Русский", "ltr"),
        (
            "Мы хотим отправить за вас запрос в эту службу: %(service)s (%(organization)s).",
            "Она сразу увидит: код или ваши инициалы, год рождения и язык, если вы их назовёте,"
            " помощь, которую вы ищете, и сообщение, которое мы напишем.",
            "Ваше имя, телефон и электронную почту она увидит, только если примет запрос и только"
            " если вы их дадите.",
            "Мы ничего не пишем ни о вашем здоровье, ни о судебных делах.",
            "То, по чему с вами можно связаться, стирается не позднее чем через %(days)s дней после"
            " окончания запроса.",
            "Вы можете отказаться: мы поможем вам точно так же.",
            "Вы можете передумать в любой момент: скажите нам, и служба больше ничего не увидит."
            " Вы также можете попросить прочитать, исправить или стереть написанное.",
        ),
        "Если эта служба не сможет вам помочь, она может передать запрос другой службе.",
    ),
    Translated(
        Language("uk", "Українська", "ltr"),
        (
            "Ми хочемо надіслати за вас запит до цієї служби: %(service)s (%(organization)s).",
            "Вона одразу побачить: код або ваші ініціали, рік народження та мову, якщо ви їх"
            " назвете, допомогу, яку ви шукаєте, і повідомлення, яке ми напишемо.",
            "Ваше ім'я, телефон та електронну пошту вона побачить, лише якщо прийме запит і лише"
            " якщо ви їх дасте.",
            "Ми нічого не пишемо ні про ваше здоров'я, ні про судові справи.",
            "Те, за чим із вами можна зв'язатися, стирається не пізніше ніж через %(days)s днів"
            " після завершення запиту.",
            "Ви можете відмовитися: ми допоможемо вам так само.",
            "Ви можете передумати будь-коли: скажіть нам, і служба більше нічого не побачить. Ви"
            " також можете попросити прочитати, виправити або стерти написане.",
        ),
        "Якщо ця служба не зможе вам допомогти, вона може передати запит іншій службі.",
    ),
    Translated(
        Language("tr", "Türkçe", "ltr"),
        (
            "Sizin için şu hizmete bir talep göndermek istiyoruz: %(service)s (%(organization)s).",
            "Hemen şunları görecek: bir kod veya adınızın baş harfleri, verirseniz doğum yılınız ve"
            " diliniz, aradığınız yardım ve yazdığımız mesaj.",
            "Adınızı, telefonunuzu ve e-posta adresinizi yalnızca talebi kabul ederse ve yalnızca"
            " siz verirseniz görecek.",
            "Sağlığınız veya adli konular hakkında hiçbir şey yazmıyoruz.",
            "Size ulaşmayı sağlayan bilgiler, talebin bitiminden en geç %(days)s gün sonra"
            " silinir.",
            "Hayır diyebilirsiniz: size aynı şekilde yardım ederiz.",
            "İstediğiniz zaman fikrinizi değiştirebilirsiniz: bize söyleyin, hizmet artık hiçbir"
            " şey göremez. Yazılanları okumayı, düzeltmeyi veya silmeyi de isteyebilirsiniz.",
        ),
        "Bu hizmet size yardım edemezse, talebi başka bir hizmete iletebilir.",
    ),
)
# fmt: on

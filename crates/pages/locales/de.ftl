# Was auf den Seiten des Kunden steht. Die Namen der Meldungen sind die von `web/page_words.rs`.

## Um jede Seite
skip = Zum Inhalt springen
simulation = Simulation
simulated = Simulierte Plattformen: nichts hier berührt die echten Plattformen.
verified = bestätigt
verified_in_demo = in dieser Demo bestätigt
asks_on = Anfrage über { $host }
the_agency = Die Agentur
what_is_valetkey = Was ist Valetkey?
what_valetkey_does = Valetkey überträgt Zugriffe von einem Unternehmen an seine Agentur. Sie melden sich bei der Plattform selbst an, daher kommt Ihr Passwort nie hier vorbei, und geteilt werden nur die Konten, die Sie freigeben.
change_colours = Farben wechseln
light_colours = Helle Farben
dark_colours = Dunkle Farben

## Bausteine
accounts = { $count ->
    [one] { $count } Konto
   *[other] { $count } Konten
}
named_there = Dort genannt:
what_to_do = Was zu tun ist:
on_a_phone = Auf dem Handy:
on_a_computer = Am Computer:
who_can_help = Wer helfen kann:
open_on_platform = Auf der Plattform öffnen
new_tab = neuer Tab
what_does_this_mean = Was bedeutet das?
proven_badge = Nachgewiesen
typed_badge = Eingetippt, nicht nachgewiesen
proven = nachgewiesen
typed = eingetippt, nicht nachgewiesen
was_shared_before = Es war schon vorher geteilt, daher wurde nichts geändert.
copy = Kopieren
copied = Kopiert
allowed = Erlaubt:
not_allowed = Nicht erlaubt:
calls_this = Bei { $platform } heißt das
optional = Freiwillig
until = Bis
you_take_it_back = Sie ihn zurücknehmen
back_to_request = Zurück zur Anfrage
print = Drucken
download = Herunterladen
try_again = Noch einmal versuchen

## Stufen
level_view = Ansehen
level_manage = Verwalten
level_full = Vollzugriff
means_view = kann Ergebnisse sehen
means_manage = kann erstellen und ändern
means_full = kann alles, außer es zu besitzen

## Zeiten
in_a_moment = gleich
just_now = gerade eben
in_minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
minutes_ago = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
in_hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
hours_ago = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
in_days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}
days_ago = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
date = { $day }. { $month } { $year }
month_1 = Januar
month_2 = Februar
month_3 = März
month_4 = April
month_5 = Mai
month_6 = Juni
month_7 = Juli
month_8 = August
month_9 = September
month_10 = Oktober
month_11 = November
month_12 = Dezember

## Der Link
title_asks = { $agency } bittet um Zugriff
passed_on_by = An Sie weitergegeben von { $person }
passed_on_only = Dieser Link öffnet eine Karte einer Anfrage und sonst nichts.
asks = { $agency } bittet { $client } um Zugriff auf { $count ->
    [0] Ihre Konten
    [one] { $count } Konto
   *[other] { $count } Konten
}.
asks_until = { $agency } bittet { $client } um Zugriff auf { $count ->
    [0] Ihre Konten
    [one] { $count } Konto
   *[other] { $count } Konten
} bis zum { $until }.
sent_by = Gesendet von { $person }
all_settled = Auf dieser Seite ist alles erledigt.
receipt_lists = Der Beleg führt auf, was mit wem und wie lange geteilt ist.
see_receipt = Beleg ansehen
promise_password = Ihr Passwort bleibt bei Ihnen
promise_pick = Sie wählen jedes Konto selbst
promise_back = Sie können den Zugriff jederzeit zurücknehmen
no_cards = Hier erscheint eine Karte je Plattform, sobald um etwas gebeten wird.
signed_in_as = Angemeldet als { $person }
what_it_allows = Was das erlaubt und was nicht
sign_in_with = Bei { $platform } anmelden
sign_in_and_back = Sie melden sich bei { $platform } an und kommen gleich hierher zurück. Noch wird nichts geteilt.
review_your_choice = Auswahl prüfen
choose_accounts = Konten wählen
sign_in_again = Noch einmal anmelden
see_how_it_goes = Fortschritt ansehen
show_me_how = So geht es
show_code = Code zeigen
scan_it_in_app = Sie scannen ihn in der App und stimmen dort zu.
comes_after = Das kommt, wenn die Karte darüber erledigt ist. Zuerst: { $first }.
left_out = Sie haben das ausgelassen, und { $agency } weiß davon.
open_it_again = Wieder öffnen
show_colleagues_link = Link für Ihre Kollegin oder Ihren Kollegen zeigen
i_have_none = Ich habe dieses Konto nicht
i_need_help = Ich brauche Hilfe
i_rather_not = Ich möchte das nicht
send_to_colleague = An Kollegen weitergeben
rather_by_hand = Lieber von Hand oder auf Papier?
see_steps_to_print = Schritte zum Ausdrucken
close_and_return = Sie können diese Seite schließen und denselben Link wieder öffnen. Er läuft ab: { $at }.
by_hand = { $platform } lässt das niemanden für Sie tun, daher tun Sie es dort nach unseren Schritten.

## Auswahl
title_choose = Konten bei { $platform } wählen
which_accounts = In welchen Konten darf { $agency } arbeiten?
signed_in_at = Bei { $platform } angemeldet als { $person }
not_you = Nicht Sie?
search_accounts = { $count ->
    [one] { $count } Konto durchsuchen
   *[other] { $count } Konten durchsuchen
}
search_hint = Name oder ID
some_found = %n gefunden
none_found = Nichts gefunden. Versuchen Sie es mit weniger Buchstaben.
has_already = { $agency } hat das schon
how_to_fix = So lösen Sie das
changed_something = Haben Sie bei { $platform } etwas geändert?
list_again = Noch einmal nachsehen
some_chosen = %n gewählt
not_shared_yet = Noch nicht geteilt
review = Prüfen

## Prüfung
title_review = Zugriff bei { $platform } prüfen
change_choice = Auswahl ändern
check_then_approve = Prüfen, dann freigeben
nothing_shared_yet = Noch ist nichts geteilt. Das geschieht, wenn Sie freigeben, und nicht vorher.
who_gets_access = Wer Zugriff erhält
then_gives_it_to = { $grantee } gibt ihn dann an die eigenen Leute:
then_connects_it_to = { $grantee } verbindet dies danach mit dem eigenen Konto:
where_at = Wo
in_person = angemeldet als { $person }
what_is_shared = Was geteilt wird
accounts_are_shared = { $count ->
    [one] { $count } Konto wird geteilt
   *[other] { $count } Konten werden geteilt
}
kind_in = { $kind } in { $container }
has_more = { $agency } hat jetzt mehr als das:
lowers_by_gap = { $platform } verringert nichts an Ort und Stelle. Ihre Zustimmung nimmt es weg und gibt dann dies frei; dazwischen gibt es keinen Zugriff.
held_already = { $agency } hat das schon, und es wurde geprüft. Nichts ändert sich.
adds_by_itself = { $platform } fügt von selbst hinzu:
please_check = { $platform } sagt uns das nicht, bitte prüfen Sie es:
may_cost = Was es kosten kann:
approve_for = Zugriff für { $agency } freigeben
take_back_later = Sie können ihn später zurücknehmen, hier oder bei { $platform }.

## Fortschritt
title_access_at = Zugriff bei { $platform }
is_set_up = Der Zugriff bei { $platform } ist eingerichtet
was_read_back = Jedes Konto wurde bei { $platform } nachgelesen und geprüft.
some_set_up = { $done } von { $all } bei { $platform } eingerichtet
rest_needs_a_hand = Der Rest braucht Ihre Hilfe. Was eingerichtet ist, bleibt es.
setting_up = Der Zugriff bei { $platform } wird eingerichtet
waits_for_limit = { $count ->
    [one] { $platform } begrenzt die Zahl der Aufrufe. In etwa { $count } Minute geht es von selbst weiter.
   *[other] { $platform } begrenzt die Zahl der Aufrufe. In etwa { $count } Minuten geht es von selbst weiter.
}
takes_seconds = Das dauert einige Sekunden.
may_leave = Sie können diese Seite verlassen: es geht ohne Sie weiter.
accounts_set_up = Eingerichtete Konten
i_have_done_this = Ich habe das getan
written_down = Wir halten fest, dass Sie das sagen. { $platform } lässt es uns nicht prüfen, daher wird es nie als geprüft angezeigt.
sign_in_at_again = Bei { $platform } noch einmal anmelden

## Beleg
title_receipt = Beleg
has_access = { $agency } hat Zugriff
said_to_have_access = Sie sagen, dass { $agency } Zugriff hat
nothing_shared_with = Mit { $agency } wird nichts geteilt
answered_by = Beantwortet von { $client }. Abgeschlossen: { $at }.
to_take_back = Um den Zugriff zurückzunehmen, wählen Sie unten „Zugriff ansehen oder entziehen“, oder entfernen Sie { $grantee } in Ihren Einstellungen bei { $platform }.
see_or_revoke = Zugriff ansehen oder entziehen
receipt_for = Beleg: Zugriff für { $agency }
answered_exactly = Beantwortet von { $client }. Abgeschlossen: { $exact }.
lasts_until = Der Zugriff gilt bis zum { $until }.
lasts_until_taken = Der Zugriff gilt, bis Sie ihn zurücknehmen.
goes_to = An { $grantee }, { $kind } { $id } ({ $proof })
account = Konto
level = Stufe
state = Stand
made_by = Erstellt am { $made } von Valetkey. Anfrage { $request }.
nothing_is_real = Simulierte Plattformen: nichts hier ist echt.

## Wer Zugriff hat
title_who_has_access = Wer Zugriff hat
can_reach = Was { $agency } bei { $client } erreicht
shares_nothing = Zurzeit wird nichts geteilt.
shares_all_this = Alles, was über diesen Dienst geteilt wurde, nach heutigem Stand.
not_the_person = Das war nicht die Person, die den Zugriff gegeben hat, oder die Anmeldung wurde nicht beendet.
same_person_again = Melden Sie sich als dieselbe Person an wie zuvor. Nichts wurde geändert.
checked_at = geprüft { $at }
said_at = gesagt { $at }
until_day = bis { $until }
revoke_access = Zugriff entziehen
loses_access = { $agency } verliert den Zugriff auf { $asset }. Um ihn wieder zu geben, müssten Sie ihn neu freigeben.
revoke_access_to = Zugriff auf { $asset } entziehen
sign_in_to_revoke = Zum Entziehen bei { $platform } anmelden
show_how_to_remove = Zeigen, wie man ihn entfernt
revoke_everything = Alles entziehen
loses_everything = { $agency } verliert den Zugriff auf alle { $count } Konten, die Sie in diesem Browser geteilt haben.
revoke_accounts = Zugriff auf { $count } Konten entziehen
no_longer_shared = Nicht mehr geteilt
keep_this_address = Bewahren Sie diese Adresse auf. Sie zeigt diese Seite bis zum { $until }; danach führt ein Beleg wieder hierher.

## Ein Code per Mail
title_code = Code per Mail
code_heading = Zeigen Sie, dass dieses Postfach Ihres ist
code_lead = Wir schicken sechs Ziffern an { $address }. Damit öffnet sich diese Seite, und Sie können eine Stunde lang Zugriff entziehen.
code_is_sent = Ein Code ging an { $address }. Er gilt einmal, 10 Minuten lang.
send_code = Code schicken
send_another_code = Neuen Code schicken
code_label = Code
code_hint = Sechs Ziffern, aus der neuesten Mail.
enter_code = Weiter
code_wrong = Das ist nicht der neueste Code, oder seine 10 Minuten sind vorbei. Sehen Sie noch einmal in Ihre Mail, oder lassen Sie sich einen neuen schicken.
code_wrong_five_times = { $count ->
    [one] Das war fünfmal falsch. Warten Sie { $count } Minute, dann versuchen Sie es noch einmal.
   *[other] Das war fünfmal falsch. Warten Sie { $count } Minuten, dann versuchen Sie es noch einmal.
}
code_other_address = Nicht Ihre Adresse? Bitten Sie { $agency }, sie zu berichtigen.
code_to_revoke = Mit einem Code per Mail entziehen
keep_then_code = Bewahren Sie diese Adresse auf. Sie öffnet diese Seite bis zum { $until }, danach mit einem Code per Mail.
demo_mail = Das ist eine Demo: Es wurde nichts verschickt. Ihre Mails liegen in einem eigenen Postfach.
open_demo_mail = Postfach der Demo öffnen
receipt_was_mailed = Gesendet an { $address }.
receipt_will_be_mailed = Unterwegs an { $address }.

## Von Hand entfernen
title_remove = Zugriff entfernen
only_you_can_remove = Nur Sie können ihn von { $asset } entfernen. { $platform } lässt das niemanden für Sie tun.
i_have_removed_it = Ich habe ihn entfernt
written_down_only = Wir halten fest, dass Sie das sagen. { $platform } lässt es uns nicht prüfen.

## Schritte von Hand
title_how_to_share = Bei { $platform } teilen
share_it_yourself = Teilen Sie es selbst bei { $platform }
nobody_does_it = { $platform } lässt das niemanden für Sie tun. Folgen Sie dort den Schritten, kommen Sie dann zurück und sagen Sie es uns.
which_was_it = Welches Konto war es? ({ $asset })
steps_as_of = Schritte nach dem Stand vom { $since }. Menüs ändern sich: sieht Ihres anders aus, bitten Sie auf der Karte um Hilfe.
message_instead = Erscheint stattdessen eine Meldung?
quoted = „{ $message }“
or = oder
another_message = Es erscheint eine andere Meldung

## Ein Code zum Scannen
title_allow_at = Bei { $platform } erlauben
allow_in_app = Erlauben Sie es in der App von { $platform }
scan_and_say_yes = Sie scannen einen Code von { $grantee } und stimmen in der App zu. Hier müssen Sie sich nicht anmelden.
code_for_app = Code für die App von { $platform }
scan_in_app = Scannen Sie ihn in der App. Auf dem Handy selbst können Sie ihn
open_in_app = in der App öffnen
code_ends = Ein Code läuft nach einer Weile ab.
show_new_code = Neuen Code zeigen
shows_now = { $platform } zeigt es jetzt. Bestätigen Sie es unten.
or_say_which = Mit { $account } anmelden, statt den Namen einzugeben
owner_signs_in = { $platform } sagt uns dann, welches Konto Ihres ist. Die Anmeldung gibt nichts frei. Hat die Agentur das Konto schon, braucht es keinen Code.
owner_is = Angemeldet als { $name }.
i_have_allowed_it = Ich habe es erlaubt
only_what_shows = Wir sehen dann nach, ob { $platform } es zeigt. Nur was dort steht, zählt.

## Die Anleitung zum Ausdrucken
title_guide = Anleitung zum Ausdrucken
how_to_give = So geben Sie { $agency } Zugriff
you_do_every_step = Jeden Schritt tun Sie bei der Plattform selbst, wo Sie sich wie immer anmelden. Ihr Passwort bleibt bei Ihnen, und Sie können den Zugriff jederzeit zurücknehmen.
download_pdf = Als PDF herunterladen
who_asks = Wer bittet
who_gives = Wer gibt
access_goes_to = Der Zugriff geht an
only_this_one = Nur dieses
it_allows = Es erlaubt
it_does_not = Es erlaubt nicht
steps_at_as_of = Schritte bei { $platform } nach dem Stand vom { $since }. Menüs ändern sich: sieht Ihres anders aus, fragen Sie { $agency }.
open_the_link_instead = { $platforms }: öffnen Sie den Link, den { $agency } Ihnen gesendet hat, und melden Sie sich dort an.
domain_verified = { $domain }, bestätigt
domain_verified_in_demo = { $domain }, in dieser Demo bestätigt
page_of = Seite { $page } von { $pages }

## Hilfe und Weitergeben
title_help = Hilfe mit { $platform }
was_told = { $asker } weiß Bescheid
ask_asker = { $asker } um Hilfe bitten
they_know = Dort weiß man, dass Sie Hilfe mit { $platform } möchten, was auf der Karte stand und wann: { $at }.
note_went_with_it = Ihre Notiz ging mit.
what_is_in_the_way = Was hält Sie auf?
optional_note = Freiwillig, bis zu 500 Zeichen
add_this_note = Notiz hinzufügen
ask_for_help = Um Hilfe bitten
note_too_long = Die Notiz ist zu lang: { $why }.
asked_too_often = Es wurde in dieser Stunde schon mehrmals Bescheid gegeben. Lassen Sie etwas Zeit für eine Antwort.
title_pass_on = { $platform } weitergeben
send_card_to_colleague = { $platform } an Kollegen weitergeben
opens_this_card = Dieser Link öffnet die Karte für { $platform } und sonst nichts. { $agency } weiß, dass sie weitergegeben ist.
was_opened = Die Karte wurde mit diesem oder mit Ihrem Link geöffnet. Sie können ihn trotzdem noch senden.
link_for_colleague = Link zum Weitergeben
will_say_by_whom = Dort wird stehen, dass { $person } sie weitergegeben hat.
own_link_keeps = Ihr eigener Link zeigt weiter, wie weit diese Karte ist.

## Stände
state_after_the_share = Nach dem Teilen
state_waiting_to_start = Wartet auf den Start
state_asking = { $platform } wird gefragt …
state_answered = { $platform } hat geantwortet, wird geprüft …
state_ending = Wird beendet …
state_active = Aktiv, geprüft
state_attested = Vom Kunden als getan angegeben
state_said_removed = Als entfernt angegeben
state_remove_by_hand = Von Hand zu entfernen
state_needs_action = Braucht Aufmerksamkeit
state_unverifiable = Lässt sich nicht prüfen
state_lost = Bei der Plattform entfernt
state_lowered = Bei der Plattform verringert
state_raised = Bei der Plattform erweitert
state_moved = Bei der Plattform verschoben
state_declined = Abgelehnt
state_lapsed = Einladung verfallen
state_failed = Fehlgeschlagen
state_revoked = Entzogen
state_expired = Abgelaufen
state_cancelled = Abgebrochen
state_waits_client = Wartet auf die Zustimmung des Kunden
state_waits_second = Wartet auf einen zweiten Administrator des Kunden
state_waits_invitee = Wartet auf die eingeladene Person
state_waits_agency = Wartet auf die Agentur
state_waits_platform = Wartet auf die Plattform
card_open = Nicht begonnen
card_connected = Angemeldet
card_chosen = Bereit zum Prüfen
card_approved = In Arbeit
card_settled = Erledigt
card_skipped = Ausgelassen
card_no_account = Kein solches Konto
card_said_done = Als getan angegeben
card_passed_on = Weitergegeben
platform_refused = { $platform } hat abgelehnt ({ $id }).
try_or_ask = Versuchen Sie es noch einmal, oder bitten Sie die Agentur um Hilfe.

## Störungen
details_for_support = Angaben für den Support
time_was = Zeit: { $time }
see_who_has_access = Sehen, wer Zugriff hat
to_the_start = Zum Anfang
link_dead = Dieser Link funktioniert nicht
link_dead_text = Vielleicht wurde er falsch abgetippt oder zurückgezogen. Bitten Sie die Person, die ihn gesendet hat, um einen neuen.
link_over = Dieser Link ist abgelaufen
link_over_text = Damit lässt sich nichts mehr teilen. Bitten Sie die Person, die ihn gesendet hat, um einen neuen.
wait_a_moment = Bitte warten Sie kurz
too_many_wrong_links = { $count ->
    [one] Aus Ihrem Netz wurden zu viele Links geöffnet, die nicht funktionieren. Öffnen Sie Ihren in einer Sekunde noch einmal.
   *[other] Aus Ihrem Netz wurden zu viele Links geöffnet, die nicht funktionieren. Öffnen Sie Ihren in { $count } Sekunden noch einmal.
}
sign_in_to_take_away = Melden Sie sich zuerst an, um Zugriff zu entziehen
sign_in_to_take_away_text = Entzogen wird er nur in dem Browser, der ihn gegeben hat, oder nachdem sich dieselbe Person noch einmal angemeldet hat.
other_browser = Machen Sie in dem Browser weiter, in dem Sie begonnen haben
other_browser_text = Konten werden nur in dem Browser gewählt und freigegeben, der angemeldet ist. Sie können sich auch hier noch einmal anmelden.
sign_in_unusable = Diese Anmeldung lässt sich nicht verwenden
sign_in_unusable_text = Es wurde nichts verbunden: { $why }. Öffnen Sie Ihren Link noch einmal und drücken Sie den Knopf auf der Karte.
sign_in_unusable_plain = Es wurde nichts verbunden. Öffnen Sie Ihren Link noch einmal und drücken Sie den Knopf auf der Karte.
look_again = Sehen Sie noch einmal hin
look_again_text = Inzwischen hat sich geändert: { $thing }. Es wurde nichts getan. Prüfen Sie die Seite und versuchen Sie es noch einmal.
not_found = Nicht gefunden
not_found_text = Wir haben gesucht, aber das ist nicht hier: { $thing }.
not_done = Das ging nicht
not_done_text = Es passt nicht zum jetzigen Stand. Öffnen Sie die Seite noch einmal und sehen Sie nach, wie weit sie ist.
unusable_form = Dieses Formular lässt sich nicht verwenden
unusable_form_text = Es war nicht so ausgefüllt, wie diese Seite es anlegt. Öffnen Sie die Seite noch einmal und drücken Sie ihren Knopf.
cross_site = Das kam von einer anderen Website
cross_site_text = Eine andere Seite wollte das in Ihrem Namen tun, daher wurde es abgelehnt. Öffnen Sie die Seite hier und versuchen Sie es noch einmal.
no_page = Diese Seite gibt es nicht
no_page_text = Vielleicht ist die Adresse falsch getippt.
database_away = Einen Moment bitte
database_away_text = Unsere Datenbank hat nicht geantwortet. Vielleicht hat sie schon, was Sie gesendet haben: sehen Sie auf der Seite nach, und versuchen Sie es sonst noch einmal.
our_fault = Das hat nicht funktioniert
our_fault_text = Der Fehler liegt bei uns und wurde festgehalten. Nichts ist verloren: versuchen Sie es gleich noch einmal.

## Was eine Meldung bedeutet
title_doctor = Was eine Meldung bedeutet
doctor_heading = Was bedeutet diese Meldung?
doctor_lead = Geben Sie ein, was eine Plattform gesagt hat, oder ihren Code. Sie erfahren die Ursache, was zu tun ist und wer es tun kann.
doctor_message = Die Meldung oder der Code
doctor_hint = Lassen Sie Namen, E-Mail-Adressen und alles Geheime weg: der Code oder der erste Satz genügt.
platform = Plattform
any_platform = Jede
explain_it = Erklären
who_can_do_it = Wer es tun kann:
who_that_is = Wer das ist:
read_from = Aus
read_on = gelesen am { $day }
doctor_unknown = Über diese Meldung ist nichts bekannt
doctor_no_guess = Wir raten nicht. Sehen Sie nach, ob ein Code dabei war, etwa { $code }, und geben Sie ihn ein.
doctor_from_a_card = Von einer Ihrer Karten?
doctor_from_a_card_text = Drücken Sie dort „Ich brauche Hilfe“: die Agentur sieht dann die Karte, was schiefging und wann.
doctor_at_the_agency = Bei der Agentur?
doctor_at_the_agency_text = Senden Sie die ganze Meldung, ihren Code, die mitgelieferte { $code } oder Anfragenummer und die Uhrzeit an den Betreiber dieses Servers. Er öffnet damit ein Ticket oder fragt den Support der Plattform, der dasselbe braucht.

## Was eine Plattform uns zu löschen bat
erased_nothing = Von Ihnen ist hier nichts gespeichert
erased_nothing_text = Unter diesem Code bewahren wir keine Anmeldung von Ihnen bei { $platform } auf.
erased = Ihre Anmeldung wurde gelöscht
erased_text = Wir haben den Schlüssel gelöscht, den { $platform } uns gegeben hat, und Ihren Namen. Wir behalten die Aufzeichnung, welcher Zugriff gegeben wurde, mit der Nummer, unter der { $platform } Sie hier führt. Zugriff, der einer Agentur gegeben wurde, endet damit nicht: nehmen Sie ihn in den Einstellungen dort zurück oder auf Ihrer Seite „Wer Zugriff hat“.
to_be_erased = Ihre Anmeldung wird bald gelöscht
to_be_erased_text = Wir fragen { $platform }, ob sie vorbei ist. Solange { $platform } sagt, dass sie genutzt wird, bleibt sie: entfernen Sie die App dort in Ihren Einstellungen, dann wird sie beim nächsten Nachsehen gelöscht, innerhalb eines Tages.
confirmation_code = Bestätigungscode { $code }

## Die Mail, die ein Mitglied senden kann
mail_subject = { $agency } bittet um Zugriff auf Ihre Konten
mail_greeting = Guten Tag,
mail_text = bitte öffnen Sie diesen Link und wählen Sie, welche Konten Sie mit { $agency } teilen. Es wird kein Passwort geteilt, und Sie können es jederzeit zurücknehmen.

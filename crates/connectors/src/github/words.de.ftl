# Worte für Menschen über GitHub. GitHub selbst zeigt seine Menüs auf Englisch: so heißen sie auch hier.

grantee-user = GitHub-Konto

asset-user = GitHub-Konto
asset-organization = Organisation
asset-organization-many = Organisationen
asset-team = Team
asset-team-many = Teams
asset-repository = Repository
asset-repository-many = Repositorys
outside-container = Ihr eigenes Konto

task-read-code = Code lesen und Issues verfolgen
task-change-code = Code ändern
task-repository-settings = Einstellungen eines Repositorys ändern
task-team-work = In einem Team des Kunden arbeiten
besides-billing-manager = Die Rolle „Billing manager“ der Organisation. Ein Owner vergibt sie in den Einstellungen der Organisation; selbst Owner zu sein wäre weit mehr, als Sie brauchen.

organization-view-can = Mitglied sein: die Personen sehen und die Repositorys nutzen, die jedes Mitglied nutzen darf.
organization-view-cannot = Andere einladen, Einstellungen ändern oder sehen, was Sie zahlen.
organization-full-can = Die Organisation gemeinsam mit Ihnen besitzen: alles, auch Einstellungen und Abrechnung.
organization-full-cannot = Einem Owner ist nichts verschlossen. Owner können andere Owner entfernen.
team-view-can = Der Organisation und diesem Team beitreten und nutzen, was das Team nutzen darf.
team-view-cannot = Personen in das Team aufnehmen oder Einstellungen der Organisation ändern.
team-manage-can = Alles Vorige, dazu Personen in das Team aufnehmen und dessen Namen ändern.
team-manage-cannot = Personen in die Organisation einladen oder deren Einstellungen ändern.
repository-view-can = Code, Issues und Pull Requests lesen.
repository-view-cannot = Code oder Einstellungen ändern oder andere einladen.
repository-manage-can = Code lesen und ändern sowie an Issues und Pull Requests arbeiten.
repository-manage-cannot = Einstellungen ändern, das Repository löschen oder andere einladen.
repository-full-can = Alles in diesem Repository: Einstellungen, wer Zugriff hat, und es löschen.
repository-full-cannot = Ihre anderen Repositorys erreichen.

cost-seat = Einen weiteren bezahlten Platz, wenn die Organisation einen bezahlten Tarif hat. Öffentliche Repositorys brauchen keinen Platz. Die Person erhält eine Einladung und hat sieben Tage Zeit, sie anzunehmen.
cost-organization = Die Mitgliedschaft in der Organisation bleibt, wenn nur das Team zurückgenommen wird. Beendet wird sie auf der Karte der Organisation oder in deren Einstellungen.

remedy-sign-in-refused = GitHub hat diese Anmeldung nicht angenommen.
    .do = Beginnen Sie noch einmal auf der Karte. Die Adresse, mit der GitHub Sie zurückschickt, gilt nur einmal.
remedy-needs-owner = Sie sind Mitglied von { $organization }, und nur deren Owner können Personen einladen.
    .do = Bitten Sie einen Owner von { $organization }, diesen Link zu öffnen.
    .who = Eine Person, die in der Organisation unter „People“ als „Owner“ aufgeführt ist.
remedy-needs-admin = Sie haben dort keine Admin-Rechte, und GitHub lässt nur Admins Personen einladen.
    .do = Bitten Sie einen Owner der Organisation oder einen Admin des Repositorys, diesen Link zu öffnen.
    .who = Eine Person, die in der Organisation unter „People“ als „Owner“ aufgeführt ist.
remedy-single-sign-on = { $organization } ist durch Single Sign-on geschützt, und diese Anmeldung ging nicht darüber.
    .do = Öffnen Sie das Single Sign-on der Organisation bei GitHub und melden Sie sich dann hier noch einmal an.
remedy-app-restricted = Die Organisation lässt nur Apps zu, die ihre Owner genehmigt haben.
    .do = Genehmigen Sie diese App in den Einstellungen der Organisation unter „Third-party access“ und versuchen Sie es dann noch einmal.
    .who = Ein Owner der Organisation.
remedy-no-container = Sie gehören zu keiner GitHub-Organisation.
    .do = Prüfen Sie, ob Sie als die richtige Person angemeldet sind, oder fragen Sie einen Owner der Organisation.
remedy-no-asset = Bei GitHub wurde nichts dieser Art gefunden.
    .do = Prüfen Sie, ob Sie als die richtige Person angemeldet sind.
remedy-not-there = GitHub findet { $asset } nicht, oder niemand heißt dort { $login }.
    .do = Klären Sie den Benutzernamen mit der Agentur und ob es { $asset } noch gibt.
remedy-moved = Es wurde bei GitHub umbenannt oder verschoben.
    .do = Melden Sie sich noch einmal an, um zu sehen, wie es jetzt heißt.
remedy-one-level-only = In einem Repository Ihres eigenen Kontos kennt GitHub nur eine Art von Mitarbeitern, und die dürfen auch schreiben.
    .do = Bitten Sie die Agentur, um „Verwalten“ zu bitten, oder verschieben Sie das Repository in eine Organisation.
remedy-members-only = Die Organisation lässt niemanden von außerhalb in ihre Repositorys.
    .do = Laden Sie die Person der Agentur zuerst in die Organisation ein oder ändern Sie die Regel unter „Member privileges“.
    .who = Ein Owner der Organisation.
remedy-no-seat = Die Organisation hat keinen freien Platz mehr.
    .do = Fügen Sie in den Abrechnungseinstellungen der Organisation einen Platz hinzu und versuchen Sie es dann noch einmal.
    .who = Ein Owner der Organisation.
remedy-blocked-user = Die Organisation hat diese Person blockiert.
    .do = Heben Sie das in den Einstellungen der Organisation unter „Moderation“ auf und versuchen Sie es dann noch einmal.
remedy-other-person = Die Agentur ist bei GitHub als jemand anderes angemeldet als die eingeladene Person.
    .do = Die eingeladene Person kann über den Link in der E-Mail von GitHub annehmen.
remedy-not-visible = GitHub hat die Einladung angenommen, aber nie gezeigt.
    .do = Sehen Sie unter „People“ oder „Collaborators“ nach. Wartet dort niemand, versuchen Sie es noch einmal.
remedy-refused = GitHub hat abgelehnt: { $message }
    .do = Wenn das nicht weiterhilft, senden Sie uns die Uhrzeit und diesen Satz.

error-sign-in-over = Die Anmeldung bei GitHub gilt nicht mehr: sie ist abgelaufen, oder jemand hat die App entfernt.
    .do = Wer angemeldet war, meldet sich über den Link noch einmal an. Was schon freigegeben ist, bleibt es.
error-rate-limit = Die Grenze von GitHub für Aufrufe dieser Person oder App ist erreicht.
    .do = Nichts: es geht zu der Zeit, die GitHub nennt, von selbst weiter.
error-hidden = GitHub kennt das nicht oder zeigt es der angemeldeten Person nicht: Privates sieht aus, als fehle es.
    .do = Prüfen Sie den Namen auf Tippfehler. Stimmt er, melden Sie sich als jemand an, der es bei GitHub sehen kann.

# bash completion for emgov. What there is to complete, the command says itself: emgov --complete [COMMAND].
_emgov()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command= choices= i
	COMPREPLY=()
	# where = breaks words, --lang=zh comes as three
	if [[ $word == = ]]; then
		word=
	elif [[ $before == = && $COMP_CWORD -ge 2 ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
			-d | -h | -p | -U | -o | -n) ((i++)) ;;
			-* | =) ;;
			*) [[ ${COMP_WORDS[i - 1]} == = ]] || { command=${COMP_WORDS[i]}; break; } ;;
		esac
	done

	case $before in
		--*) choices=$("${COMP_WORDS[0]}" --complete "$command" "$before" 2>/dev/null) ;;
		-o) choices=FILE ;;
	esac
	case $choices in
		FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word"); compopt -o filenames 2>/dev/null; return ;;
		?*) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word"); return ;;
	esac
	choices=$("${COMP_WORDS[0]}" --complete "$command" 2>/dev/null)
	[[ $word == -* ]] || choices=$(grep -v '^-' <<<"$choices")
	mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
	if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	elif [[ ${#COMPREPLY[@]} == 0 && $word != -* && -n $command ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
	fi
}
complete -F _emgov emgov
